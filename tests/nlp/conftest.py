"""Readers with the shipped models, loaded once."""

from pathlib import Path

import pytest

from nlp.annotate import Reader, load

NOWHERE = Path("no-national-gazetteer.csv")
GAZETTEER = """name,level,ward,lad,lat,lon,aliases
Oldham,authority,,E08000004,53.55,-2.08,Oldham Council
Glodwick,place,E05000730,E08000004,53.535,-2.095,
Hope Mill,place,E05000731,E08000004,53.54,-2.10,
Reading,place,,E06000038,51.45,-0.97,
Newton,place,E05000801,E08000008,53.45,-2.07,
Newton,place,E05000802,E08000012,53.46,-2.68,
Hyde,place,,E08000008,53.45,-2.08,
Blackpool,authority,,E06000009,53.82,-3.05,
"""


@pytest.fixture(scope="session")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An area folder with a small gazetteer whose home is Oldham."""
    folder = tmp_path_factory.mktemp("area")
    (folder / "gazetteer.csv").write_text(GAZETTEER, encoding="utf-8")
    (folder / "area.yml").write_text("id: test\nname: Test\nauthorities: [E08000004]\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def reader(area: Path) -> Reader:
    """A Reader of the shipped models in that area."""
    return load(area, national=NOWHERE)
