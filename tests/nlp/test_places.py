"""Places: what is found, what is left alone, and which place of a name is meant."""

from pathlib import Path

import pytest

from nlp import gazetteer
from nlp.annotate import Reader, Text, load
from nlp.annotations import Mention


def mentions(reader: Reader, text: str, home: str = "") -> list[Mention]:
    """The places of one text."""
    (reading,) = reader.annotate([Text(text, home=home)])
    return list(reading.annotation.mentions)


def test_resolves_to_ward_and_authority(reader: Reader) -> None:
    """A neighbourhood has its ward; a council's name is an authority and never a ward."""
    glodwick, oldham = mentions(reader, "Police were called to Glodwick, Oldham Council said.")
    assert (glodwick.name, glodwick.ward, glodwick.lad, glodwick.level) == (
        "Glodwick",
        "E05000730",
        "E08000004",
        "place",
    )
    assert (oldham.level, oldham.ward) == ("authority", "")


@pytest.mark.parametrize(
    "text",
    [
        "Oldham Road is closed", "She supports Oldham Athletic", "Cllr Hyde resigned", "i was reading all night",
        "Reading is good for you", "see @Oldham", "nothing here",
    ],
)  # fmt: skip
def test_names_that_are_no_places(reader: Reader, text: str) -> None:
    """Streets, teams, persons with a title, ordinary words and handles are left alone."""
    assert mentions(reader, text) == []


def test_lower_case_at_home(reader: Reader) -> None:
    """Home places are found in lower case too, as people write them."""
    assert [m.name for m in mentions(reader, "fire engines up glodwick again")] == ["Glodwick"]


def test_abstains_when_close(area: Path) -> None:
    """Two places of one name, neither at home nor near: found, not resolved; a neighbour in the text decides."""
    reader = load(area, national=Path("none.csv"))
    (alone,) = mentions(reader, "The fete in Newton was rained off.", home="E06000009")
    assert alone.text == "Newton"
    near = mentions(reader, "A march from Hyde to Newton is planned.")
    assert [m.lad for m in near] == ["E08000008", "E08000008"]


def test_home_decides(reader: Reader) -> None:
    """The authority that a text's source belongs to decides between places of one name."""
    for lad in ("E08000008", "E08000012"):
        (found,) = mentions(reader, "The fete in Newton was rained off.", home=lad)
        assert found.lad == lad


def test_offsets_are_code_points(reader: Reader) -> None:
    """Emoji before a place count one each."""
    (found,) = mentions(reader, "😂😂 trouble in Glodwick")
    assert (found.start, found.end) == (14, 22)


def test_bad_gazetteer_names_the_line(tmp_path: Path) -> None:
    """A row that cannot be read is refused with file and line."""
    path = tmp_path / "gazetteer.csv"
    path.write_text("name,level,ward,lad,lat,lon,aliases\nX,planet,,,1,2,\n", encoding="utf-8")
    with pytest.raises(gazetteer.GazetteerRefused, match=r"gazetteer\.csv:2"):
        list(gazetteer.read(path))


@pytest.mark.shared
def test_national_gazetteer(shared: Path, tmp_path: Path) -> None:
    """Built from the staged geography it knows 50,000 names, and Pompey is Portsmouth."""
    path = gazetteer.build(shared, tmp_path / "gazetteer.csv")
    places = list(gazetteer.read(path))
    assert len(places) > 50_000
    assert any(p.name == "Portsmouth" and "Pompey" in p.aliases for p in places)
    assert all(p.lad == "" for p in places if p.level == "region")
