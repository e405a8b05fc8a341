"""Places: what is found, what is left alone, and which place of a name is meant."""

import csv
from pathlib import Path

import pytest

from nlp import gazetteer, labelled
from nlp.annotate import Reader, Text, load
from nlp.annotations import Mention
from nlp.evaluation import places as scored_places


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


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("stood outside the gurdwara in the rain", ["Ropery Street gurdwara"]),
        ("The Market ward surgery is on Friday", ["Market"]),
        ("Penny Bridge goes to winter hours", ["Penny Bridge"]),
        ("thirty of us, and the row was longest by noon", []),
        ("says the Calderwick Courier", []),
    ],
)
def test_an_areas_own_words(text: str, names: list[str]) -> None:
    """What a council's gazetteer calls a place counts in lower case too where a preposition says so."""
    demo = load(Path(gazetteer.__file__).parents[1] / "areas" / "demo", national=Path("none.csv"))
    assert [m.name for m in mentions(demo, text)] == names


@pytest.fixture(scope="module")
def national(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A Reader with the national gazetteer and no home."""
    return load(national=gazetteer.build(shared, tmp_path_factory.mktemp("national") / "gazetteer.csv"))


@pytest.mark.shared
def test_every_nickname_has_its_place(shared: Path, tmp_path: Path) -> None:
    """Each line of place_aliases.csv names a place of the national gazetteer; each seed area has ten and more."""
    path = gazetteer.build(shared, tmp_path / "gazetteer.csv")
    known = {(place.name, place.lad) for place in gazetteer.read(path)}
    with gazetteer.ALIASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row for row in rows if (row["name"], row["lad"]) not in known] == []
    for lad in ("E08000004", "E06000044", "E06000063", "E06000021", "E06000016", "E06000018", "E06000015"):
        assert sum(row["lad"] == lad for row in rows) >= 10


@pytest.mark.shared
@pytest.mark.parametrize(
    "text",
    [
        "Golda Meir was prime minister.", "A glass of Melbourne shiraz in Toronto.", "Forbury Gardens is open.",
        "Pass the Worcester sauce.", "The Whitehaven News says nowt.", "House of York",
        "Full time: Hull City 1-1 Bristol",
        "I was born in March.", "Poles and Swans and Boots", "see you at the Swan", "Nottingham Forest won.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_place(national: Reader, text: str) -> None:
    """Persons, places abroad, longer names, dishes, outlets, clubs, months and words are left alone."""
    assert [m.text for m in mentions(national, text) if m.lad] == []


@pytest.mark.shared
@pytest.mark.parametrize(
    ("text", "lads"),
    [
        ("The hotel in Somers Town, five minutes from Euston.", ["E09000007"] * 2),
        ("Ashton market and Hyde town hall", ["E08000008"] * 2),
        ("The village of Shelton near Bedford", ["E06000055"] * 2),
        ("Back to Newcastle", ["E08000021"]),
        ("Bury market is not closing.", ["E08000002"]),
        ("Grew up in Skem.", ["E07000127"]),
    ],
)
def test_places_vouch_for_each_other(national: Reader, text: str, lads: list[str]) -> None:
    """Neighbours, size and nicknames decide where no home is told."""
    assert [m.lad for m in mentions(national, text)] == lads


@pytest.mark.shared
def test_development_texts(national: Reader, shared: Path) -> None:
    """On both development sets places are found end to end with F1 of .93 and more."""
    for path in (
        shared / "datasets" / "geography" / "geoparse_uk_dev.jsonl",
        labelled.GOLD / "places_dev.jsonl",
    ):
        scores = scored_places.figures("", scored_places.tally(scored_places.read(path), national))
        assert scores["f1"].value >= 0.93, path
