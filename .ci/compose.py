"""Runs what docker-compose.yml declares outside Docker: a service's environment, entrypoint and command line."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::([-?])((?:[^{}]|\$\{\w+\})*))?\}")
Service = dict[str, Any]


@dataclass(frozen=True)
class Compose:
    """The file, and what stands here for its variables, hosts, ports and folders."""

    variables: Mapping[str, str]
    places: Mapping[str, str]  # what a container sees -> what there is on this machine
    logs: Path
    more: Mapping[str, str]  # environment that only this machine needs

    def services(self) -> dict[str, Service]:
        """All services with every value filled in."""
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
        filled: dict[str, Service] = self._filled(yaml.safe_load(text)["services"])
        return filled

    def config(self, name: str) -> str:
        """The content of one of the file's configs."""
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
        return str(self._filled(yaml.safe_load(text)["configs"][name]["content"]))

    def start(self, name: str) -> "subprocess.Popen[bytes]":
        """Start a service in a process group of its own; its words go to a log."""
        command, environment = self._ready(name, self.services()[name]["command"])
        with (self.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT, start_new_session=True)

    def run(self, name: str, *arguments: str) -> str:
        """Run a command as a service would (its own when none is given) to its end; gives what it printed."""
        command, environment = self._ready(name, arguments or self.services()[name]["command"])
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
        )
        with (self.logs / f"{name}.log").open("a") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode:
            raise RuntimeError(f"{name} ended with code {done.returncode}")
        return done.stdout

    def _ready(self, name: str, command: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        service = self.services()[name]
        given = {name: str(value) for name, value in service["environment"].items() if value}
        return [*service.get("entrypoint", []), *command], self._base() | given | dict(self.more)

    def tail(self, name: str) -> str:
        """The last lines a service wrote."""
        return "\n".join((self.logs / f"{name}.log").read_text(errors="replace").splitlines()[-12:])

    def _base(self) -> dict[str, str]:
        """What a container starts with: no variable of ours comes in from outside."""
        return {
            "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
            "HOME": self.places["/tmp"],  # noqa: S108  a name inside the container
            "LANG": "C.UTF-8",
            "VANE_DATA": self.places["/data"],
            "AIRFLOW_HOME": self.places["/airflow"],
        }

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        return self._here(VARIABLE.sub(self._variable, value)) if isinstance(value, str) else value

    def _variable(self, match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        default = VARIABLE.sub(self._variable, match[3] or "") if match[2] == "-" else ""
        return self.variables.get(match[1]) or default

    def _here(self, text: str) -> str:
        """The text with what a container sees put in terms of this machine, longest names first."""
        names = sorted(self.places, key=len, reverse=True)
        seen = "|".join(rf"(?<![\w./-]){re.escape(name)}\b" for name in names)
        return re.sub(seen, lambda match: self.places[match[0]], text)
