"""The one-page brief, per area, at the hour its area.yml names (08:30)."""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable

from dags.areas import Place, places
from dags.commands import on_failure, run_task


def at(place: Place) -> CronTriggerTimetable:
    """Every day at the area's hour, in its own timezone: summer time moves it with the clock on the wall."""
    hour, minute = (int(part) for part in place.brief_at.split(":"))
    return CronTriggerTimetable(f"{minute} {hour} * * *", timezone=place.timezone)


for place in places():
    with DAG(
        dag_id=f"digest.{place.id}",
        description=f"{place.name}: the brief of {place.brief_at}",
        doc_md=f"""Writes the brief of **{place.name}** and sends it to the sinks of its area.yml, once a day.

Started again for the same day, for example through the REST API, it sends nothing twice.
`{{"now": "2026-09-09T08:30:00+01:00"}}` in the run's configuration writes the brief of another moment.""",
        schedule=at(place),
        catchup=False,
        max_active_runs=1,
        tags=["digest", place.id],
        on_failure_callback=on_failure(),
    ) as dag:
        run_task("digest", [("digest", "--area", place.id)], execution_timeout=timedelta(minutes=15))
    globals()[dag.dag_id] = dag
