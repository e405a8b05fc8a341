"""Fixtures every test may ask for: the folder of real data beside the checkout."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and fixtures; absent on a user's machine, never in CI."""
    if SHARED.is_dir():
        return SHARED
    if os.environ.get("CI"):
        pytest.fail(f"CI needs the real data at {SHARED}")
    pytest.skip("the folder of real data is not beside this checkout")
