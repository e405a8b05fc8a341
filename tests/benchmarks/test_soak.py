"""The table of `make soak` fits the code."""

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.soak import Switch, switched_off, switches
from pipeline.ledger import retention
from pipeline.stages import retain

ROOT = Path(__file__).resolve().parents[2]
HOLD = "not_(held))"


def rules() -> dict[str, str]:
    """The words that state each rule of retention in the code, by its name: every time in it, every class's days."""
    times = [name for module in (retention, retain) for name, value in vars(module).items() if _is_time(name, value)]
    classes = {str(days): f"{days}," for days in retention.DAYS.values()}
    return {"legal hold": HOLD, **{name: f"{name} = " for name in times}, **classes}


def _is_time(name: str, value: object) -> bool:
    return name.isupper() and isinstance(value, timedelta)


@pytest.mark.parametrize("switch", switches(), ids=lambda switch: switch.safeguard)
def test_every_switch_fits_the_code(switch: Switch) -> None:
    """The words that a switch changes stand in its file exactly once, and its test exists."""
    text = (ROOT / switch.file).read_text(encoding="utf-8")
    assert switched_off(text, switch) != text
    file, name = switch.test.split("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_the_safeguards_that_hold_from_here_on() -> None:
    """Safeguards 1, 3, 5, 6, 7, 8 and 10 can each be switched off."""
    assert {switch.safeguard.split()[0] for switch in switches()} == {"1", "3", "5", "6", "7", "8", "10"}


def test_every_rule_of_retention_is_switched_off() -> None:
    """Safeguard 5 has a row for each time the code knows, each length of a class, and the legal hold."""
    taken = [switch.old for switch in switches() if switch.safeguard.startswith("5 ")]
    wanted = rules()

    assert len(wanted) >= 10
    assert [name for name, words in wanted.items() if not any(words in old for old in taken)] == []
