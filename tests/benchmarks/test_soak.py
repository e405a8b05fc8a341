"""The table of `make soak` fits the code."""

from pathlib import Path

import pytest

from benchmarks.soak import Switch, switched_off, switches

ROOT = Path(__file__).resolve().parents[2]


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
