"""Retention, per area, every night: what is over its time goes, and the proof stays."""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable

from dags.areas import places
from dags.commands import on_failure, run_task

for place in places():
    with DAG(
        dag_id=f"retain.{place.id}",
        description=f"{place.name}: delete what is over its time, keep the proof",
        doc_md=f"""Deletes documents of **{place.name}** whose retention is over from the ledger and the index, sweeps
the inbox, destroys old day keys and writes the proof into the audit chain. A night that fails is made good by the next
one, and the duty engineer is told: retention is a promise to the public.""",
        schedule=CronTriggerTimetable("40 2 * * *", timezone=place.timezone),
        catchup=False,
        max_active_runs=1,
        tags=["retain", place.id],
        on_failure_callback=on_failure(),
    ) as dag:
        run_task("retain", [("retain", "--area", place.id)], execution_timeout=timedelta(hours=1))
    globals()[dag.dag_id] = dag
