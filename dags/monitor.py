"""What follows a crawl, per area: annotate, group, alert, index, flash."""

from datetime import timedelta

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable

from dags.areas import places
from dags.commands import documents, on_failure, run_task

for place in places():
    with DAG(
        dag_id=f"monitor.{place.id}",
        description=f"{place.name}: from new documents to alerts",
        doc_md=f"""Reads what the crawls of **{place.name}** brought, groups it into narratives, raises or updates
alerts, brings the index up to date and sends a flash for threats and high priority.

A crawl's asset event starts it, and so does the clock every ten minutes: events can stick (apache/airflow #56050), and
each run takes everything that is pending, so nothing depends on a single event. Running it twice changes nothing.""",
        schedule=AssetOrTimeSchedule(
            timetable=CronTriggerTimetable("*/10 * * * *", timezone=place.timezone), assets=[documents(place.id)]
        ),
        catchup=False,
        max_active_runs=1,
        tags=["monitor", place.id],
        on_failure_callback=on_failure(),
    ) as dag:
        run_task("monitor", [("monitor", "--area", place.id)], execution_timeout=timedelta(minutes=30))
    globals()[dag.dag_id] = dag
