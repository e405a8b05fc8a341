"""How a task runs its command: output, failure, and dying together."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN = "from dags.commands import vane; import logging; logging.basicConfig(level=20); vane(['--help'])"
HOLD = """
import dags.commands as commands
from pathlib import Path
commands.VANE = Path({sleeper!r})
commands.vane(["sleep"])
"""


def child_of(pid: int) -> int:
    """The one child of a process, waited for."""
    for _ in range(200):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if found:
            return int(found[0])
        time.sleep(0.05)
    raise AssertionError(f"process {pid} started no child")


def gone(pid: int) -> bool:
    """Whether a process has ended within five seconds."""
    for _ in range(100):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def task(tmp_path: Path) -> "subprocess.Popen[bytes]":
    """A process that runs a command which takes for ever, as an Airflow task would: leader of its group."""
    sleeper = tmp_path / "sleeper"
    sleeper.write_text("#!/bin/sh\nexec sleep 600\n")
    sleeper.chmod(0o755)
    env = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}
    return subprocess.Popen([sys.executable, "-c", HOLD.format(sleeper=str(sleeper))], env=env, start_new_session=True)


def test_command_dies_with_the_group(task: "subprocess.Popen[bytes]") -> None:
    """The command is in the task's process group, so the signal Airflow sends there ends both."""
    child = child_of(task.pid)
    assert os.getpgid(child) == task.pid
    os.killpg(task.pid, signal.SIGTERM)
    assert task.wait(10) == -signal.SIGTERM
    assert gone(child)


def test_command_dies_with_its_task_alone(task: "subprocess.Popen[bytes]") -> None:
    """SIGKILL to the task process only, as the kernel short of memory does it, leaves no command behind."""
    child = child_of(task.pid)
    task.kill()
    task.wait(10)
    assert gone(child)


def test_failure_carries_the_last_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A command that fails fails the task, with the command's own last words."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    from dags import commands

    with pytest.raises(RuntimeError, match=r"vane crawl ended with code 2: No such option: --aera"):
        commands.vane(["crawl", "--aera", "demo"])


def test_output_goes_to_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What the command prints stands in the task's log, line by line, under the command that was run."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    from dags import commands

    with caplog.at_level(logging.INFO, "dags.commands"):
        commands.vane(["crawl", "--help"])
    assert caplog.messages[0] == "vane crawl --help"
    assert any("--source" in message for message in caplog.messages[1:])


def test_nothing_due_skips_the_task(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The code of `vane crawl --due` for nothing due skips the task: what follows is not run, no doorbell rings."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    from airflow.sdk.exceptions import AirflowSkipException

    from dags import commands
    from pipeline.cli.stages import NOTHING_DUE

    idle = tmp_path / "idle"
    idle.write_text(f"#!/bin/sh\nexit {NOTHING_DUE}\n")
    idle.chmod(0o755)
    monkeypatch.setattr(commands, "VANE", idle)
    with pytest.raises(AirflowSkipException, match="vane crawl: nothing due"):
        commands.vane(["crawl", "--due"])
