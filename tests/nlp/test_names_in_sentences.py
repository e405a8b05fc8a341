"""Names in everyday sentences: which are places, and which are sides, goods, firms, persons or towns abroad."""

from pathlib import Path

import pytest

from nlp import gazetteer
from nlp.annotate import Reader, Text, load

LEICESTER, PORTSMOUTH, STOKE = "E06000016", "E06000044", "E06000021"

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def national(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A Reader with the national gazetteer and no home."""
    return load(national=gazetteer.build(shared, tmp_path_factory.mktemp("national") / "gazetteer.csv"))


def found(reader: Reader, text: str, home: str = "") -> list[tuple[str, str]]:
    """The names found in a text with their authorities."""
    (reading,) = reader.annotate([Text(text, home=home)])
    return [(mention.text, mention.lad) for mention in reading.annotation.mentions]


@pytest.mark.parametrize(
    "text",
    [
        "Leeds beat Burnley 2-1.", "Great win for Leicester over Derby last night", "Derby lost 3-0 at home to Stoke",
        "Wigan warriors lost", "Everton 2-2 Fulham, what a game", "Barnsley hammered Rotherham 4-0",
        "Swindon drew with Exeter and went down", "Huddersfield giants lost again", "Bradford bulls were shocking",
        "Blackburn knocked out of the cup by Hull",
    ],
)  # fmt: skip
def test_sides_in_a_game(national: Reader, text: str) -> None:
    """Sides that win, lose, draw or stand beside a score are no places."""
    assert found(national, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Kendal mint cake for the walk", "Had a Barnsley chop for tea", "My Wellington boots leak",
        "A pint of Newcastle Brown Ale", "Halifax mortgage rates are up", "Skipton Building Society closed the branch",
        "My Cheltenham & Gloucester account is frozen", "Eccles cakes on the table", "A Bakewell slice and a brew",
        "We buy a Melton Mowbray pork pie every Friday", "Leeds Building Society put the rate up",
        "Halifax bank account locked again", "Nationwide or Coventry Building Society?", "Worcester sauce on toast",
    ],
)  # fmt: skip
def test_goods_and_firms(national: Reader, text: str) -> None:
    """What is made, and who lends, under a town's name is no place."""
    assert found(national, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "My mate Chester is sound", "My cousin Preston starts school", "My nephew Ashton won a prize",
        "My uncle Lincoln drives a van", "My girlfriend Paisley hates it", "Our son Preston is five today",
        "We flew to Perth in Australia", "They moved to Boston in America", "Hamilton in Ontario is cold",
        "A flat in Wellington, New Zealand", "Trip to Newcastle in New South Wales",
    ],
)  # fmt: skip
def test_persons_and_towns_abroad(national: Reader, text: str) -> None:
    """Kin and friends called like a town, and towns that settlers named after ours, are no places here."""
    assert found(national, text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bins still not collected in Ipswich", ["Ipswich"]),
        ("Queues outside the foodbank in Grimsby today", ["Grimsby"]),
        ("The 42 from Hexham is late again", ["Hexham"]),
        ("Anyone know a decent dentist near Kettering?", ["Kettering"]),
        ("Corby residents want the clinic back", ["Corby"]),
        ("Police closed the High Street in Luton at 3-4 pm", ["Luton"]),
        ("My cousin in Preston starts school", ["Preston"]),
        ("My mate from Chester moved out", ["Chester"]),
        ("My brother lives in Perth", ["Perth"]),
        ("I lost my keys in Burnley market", ["Burnley"]),
        ("We won the grant, so Rochdale gets a new library", ["Rochdale"]),
        ("Taxi drivers in Wigan lost their licences", ["Wigan"]),
        ("Burnley beat off other towns to get the hub", ["Burnley"]),
        ("Skipton market is cancelled", ["Skipton"]),
        ("Halifax bus station toilets are shut", ["Halifax"]),
        ("Wellington in Somerset is flooded", ["Wellington", "Somerset"]),
        ("Locals in Bradford beat the queue at 7", ["Bradford"]),
        ("Families from Bradford in Pakistan for a wedding", ["Bradford"]),
        ("A victory for Oldham residents over the council", ["Oldham"]),
        ("Staff lost 10-12 shifts at Barnsley hospital", ["Barnsley"]),
        ("Half the shops lost trade to Telford", ["Telford"]),
        ("The shop in Stafford is open 9-5 Monday to Friday", ["Stafford"]),
        ("Stockport council lost the vote 30-28", ["Stockport"]),
        ("Coventry account for half of the arrests", ["Coventry"]),
        ("Beckton roundabout is shut", ["Beckton"]),
    ],
)
def test_towns_beside_the_same_words(national: Reader, text: str, names: list[str]) -> None:
    """The words that betray a side, a firm or a friend do not hide a town that is only near them."""
    assert [name for name, _ in found(national, text)] == names


@pytest.mark.parametrize(
    ("text", "home", "name"),
    [
        ("Evington Park was packed", LEICESTER, "Evington"),
        ("Humberstone Park needs new swings", LEICESTER, "Humberstone"),
        ("New flats planned for Belgrave", LEICESTER, "Belgrave"),
        ("Crash on Narborough Road this morning", LEICESTER, "Narborough Road"),
        ("Braunstone Frith bins not emptied", LEICESTER, "Braunstone Frith"),
        ("Victoria Park kids are at it again", LEICESTER, "Victoria Park"),
        ("Milton Common is flooded again", PORTSMOUTH, "Milton"),
        ("Smallthorne roundabout crash", STOKE, "Smallthorne"),
    ],
)
def test_grounds_at_home(national: Reader, text: str, home: str, name: str) -> None:
    """A park, common or roundabout lies in the home area's quarter of that name."""
    assert found(national, text, home) == [(name, home)]


def test_a_common_parks_name_is_not_far_away(national: Reader) -> None:
    """A park of which many towns have one is not taken for another town's; one that only one town has is found."""
    assert found(national, "The swings in Victoria Park are broken", STOKE) == []
    assert [lad for _, lad in found(national, "Old people in Petts Wood own the flats", LEICESTER)] == ["E09000006"]
