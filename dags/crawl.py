"""One crawl DAG per enabled source: fetch, extract, ring the area's doorbell."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from dags.areas import places
from dags.commands import documents, on_failure, run_task
from dags.pools import pool_of

START = datetime(2026, 1, 1, tzinfo=UTC)  # any past day: a DAG that is let loose crawls at once, then by its timetable
LONGEST = timedelta(minutes=30)  # `vane crawl` ends itself within ten minutes; the rest is for extract

for place in places():
    for source in place.catalog.sources:
        if not source.enabled:
            continue
        with DAG(
            dag_id=f"crawl.{place.id}.{source.id}",
            description=f"{source.name}, every {source.every_min} minutes at most",
            doc_md=f"""**{source.name}** ({source.class_}, by the {source.spider} spider), owned by {source.owner}.

Basis: {source.basis}. Licence: {source.licence}. Robots: {source.robots}.

Fetches what is new, reads it, puts redacted documents into the ledger and rings `{place.id}`'s monitor. A failed crawl
loses nothing: the next one fetches again. A server that is down is a counted outcome, not a failure. A run is skipped
where the source is not due yet: one that brings nothing new is asked less and less often. To stop the source
for good use `vane source disable`, or the console; a pause here is only a pause.""",
            schedule=timedelta(minutes=source.every_min),
            start_date=START,
            catchup=False,
            max_active_runs=1,
            tags=["crawl", place.id, source.class_],
            on_failure_callback=on_failure(),
        ) as dag:
            here = ("--area", place.id, "--source", source.id)
            run_task(
                "crawl",
                [("crawl", *here, "--due"), ("extract", *here)],
                pool=pool_of(source.url),
                outlets=[documents(place.id)],
                execution_timeout=LONGEST,
            )
        globals()[dag.dag_id] = dag
