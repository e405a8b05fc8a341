"""What every DAG here is made of: tasks that run `vane` commands, and a mail to the duty engineer on failure."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Asset, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

log = logging.getLogger(__name__)

VANE = Path(sys.executable).with_name("vane")
RETRIES: Mapping[str, Any] = {"retries": 2, "retry_delay": timedelta(seconds=30), "retry_exponential_backoff": True}
NOTHING_DUE = 99  # code of `vane crawl --due` when no source was due; Airflow's own operators skip at it too
FRAME = " \n╭╮╰╯─│"  # what a usage error is drawn in
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)  # loaded here, not between fork and exec


def documents(area: str) -> Asset:
    """The doorbell that a crawl rings when it left documents of an area in the ledger."""
    return Asset(name=f"{area}_documents", uri=f"weathervane://{area}/documents")


def run_task(name: str, commands: Sequence[Sequence[str]], **options: Any) -> Any:
    """A task of the DAG in whose `with` block it is called: runs the commands one after the other.

    `options` are those of an Airflow task (pool, outlets, execution_timeout).
    """

    @task(task_id=name, **{**RETRIES, **options})
    def run() -> None:
        moment = _now(name, get_current_context())
        for command in commands:
            vane([*command, *(["--now", moment] if moment else [])])

    return run()


def vane(arguments: Sequence[str]) -> None:
    """Run one `vane` command; its lines go to the task's log.

    It stays in the task's process group, which is what Airflow kills, and dies with the task however that ends: else
    a retry could meet its predecessor. Raises RuntimeError with the command's last line when it fails, and
    AirflowSkipException, which ends the task without ringing a doorbell, when there was nothing due.
    """
    log.info("vane %s", " ".join(arguments))
    child = subprocess.Popen(
        [str(VANE), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509  one system call, its library already loaded
    )
    last = ""
    try:
        for line in child.stdout or ():
            last = line.strip(FRAME) or last
            log.info("%s", line.rstrip())
        code = child.wait()
    finally:
        child.kill()  # nothing to kill unless the task was interrupted, for example by its timeout
    if code == NOTHING_DUE:
        raise AirflowSkipException(f"vane {arguments[0]}: nothing due")
    if code:
        raise RuntimeError(f"vane {arguments[0]} ended with code {code}: {last}")


def _die_with_parent() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _now(name: str, context: Any) -> str:
    """The time a run pretends: its own `{"now": …}`, else WEATHERVANE_NOW_CRAWL (_MONITOR …), else WEATHERVANE_NOW."""
    asked = (context["dag_run"].conf or {}).get("now")
    return asked or os.environ.get(f"WEATHERVANE_NOW_{name.upper()}") or os.environ.get("WEATHERVANE_NOW") or ""


def on_failure(environ: Mapping[str, str] = os.environ) -> list[Any]:
    """Mail to WEATHERVANE_DUTY_MAIL (a,b) by Airflow's connection `smtp_default`; nothing without an address."""
    addresses = list(filter(None, environ.get("WEATHERVANE_DUTY_MAIL", "").split(",")))
    if not addresses:
        return []
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier  # half a second that most parses need not spend

    return [
        SmtpNotifier(
            to=addresses,
            from_email=environ.get("VANE_MAIL_FROM") or "weathervane@localhost",
            subject="Weathervane: {{ dag.dag_id }} failed",
            html_content="<p>The run {{ run_id }} of {{ dag.dag_id }} failed; its log in Airflow says why.</p>",
        )
    ]
