"""Shows source files that were refused where a data engineer looks first: as an import error in Airflow.

The other DAGs do not suffer from it; this file makes no DAG.
"""

from dags.areas import places

REFUSED = [f"{refusal.where}: {refusal.reason}" for place in places() for refusal in place.catalog.refused]
if REFUSED:
    raise ImportError("these sources have no DAG in Airflow until their file is put right:\n" + "\n".join(REFUSED))
