"""Airflow's REST API as an operator's script uses it: sign in, unpause, trigger, wait."""

import time
from collections.abc import Callable
from typing import Any

import httpx


def until(what: str, found: Callable[[], Any], seconds: float = 180, every: float = 1.0) -> Any:
    """Wait for something to be true and give it; raises with its name when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(every)
    raise TimeoutError(f"waited {seconds:.0f} s for {what}")


class Airflow:
    """The REST API, as an operator's script uses it."""

    def __init__(self, address: str, password: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=30, trust_env=False)
        self.password = password

    def healthy(self) -> bool:
        """Whether API server, metadata database, scheduler and DAG processor say they are well."""
        try:
            answer = self.http.get("/api/v2/monitor/health").json()
        except (httpx.HTTPError, ValueError):
            return False
        return all((answer.get(part) or {}).get("status") == "healthy" for part in ("scheduler", "dag_processor"))

    def sign_in(self) -> None:
        """Take a token as the user that set-up made."""
        answer = self.http.post("/auth/token", json={"username": "admin", "password": self.password})
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """One answer."""
        answer = self.http.get(f"/api/v2/{path}", params=query)
        answer.raise_for_status()
        return dict(answer.json())

    def dags(self) -> set[str]:
        """All DAGs it knows."""
        return {dag["dag_id"] for dag in self.get("dags", limit=100, exclude_stale=True)["dags"]}

    def unpause(self, dag: str) -> None:
        """Let a DAG run."""
        self.http.patch(f"/api/v2/dags/{dag}", json={"is_paused": False}).raise_for_status()

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """A DAG's runs, newest first."""
        return list(self.get(f"dags/{dag}/dagRuns", order_by="-run_after", limit=100)["dag_runs"])

    def tries(self, dag: str, run: str) -> int:
        """How often a run's task was tried."""
        return max(task["try_number"] for task in self.get(f"dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"])

    def trigger(self, dag: str, now: str) -> None:
        """Start a run that pretends it is `now`, and wait for its success."""
        asked = self.http.post(f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None, "conf": {"now": now}})
        asked.raise_for_status()
        run = asked.json()["dag_run_id"]

        def state() -> str:
            found = str(self.get(f"dags/{dag}/dagRuns/{run}")["state"])
            return found if found in {"success", "failed"} else ""

        if until(f"{dag} {run}", state, 300, 0.5) != "success":
            raise RuntimeError(f"{dag} failed at {now}")
