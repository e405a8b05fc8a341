"""A council's own narrative: how often its rule fires, and that it never flags by itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from nlp import annotate, labelled, public, taxonomy
from nlp.annotate import Reader, Text
from nlp.evaluation import ruled
from pipeline.cli import app
from pipeline.errors import VaneError
from tests.nlp.evaluation.making import gold

README = Path(__file__).parents[3] / "areas" / "README.md"
# none claims anything in its author's own voice
INACTIVE = [
    "Is it true that the Mill Lane allotments have been sold off? Does anybody know where I could look it up?",
    "The council has not sold off the allotments. All 62 plots remain and the waiting list is open.",
    "Committee minutes: a member asked whether the allotments had been sold off. The officer said that they had not.",
    "Petition: keep our allotments. We ask the council to promise that they will not be sold off.",
    "Police said a shed at the allotments was broken into and tools were sold off in a pub. Call 101.",
]


@pytest.fixture(scope="session")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An area folder whose taxonomy holds the example of areas/README.md."""
    (block,) = re.findall(r"```yaml\n(  N21:.*?)```", README.read_text(encoding="utf-8"), re.S)
    content = yaml.safe_load(taxonomy.SHIPPED.read_text(encoding="utf-8"))
    content["narratives"] |= yaml.safe_load(block)
    folder = tmp_path_factory.mktemp("area")
    (folder / "taxonomy.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    (folder / "area.yml").write_text("id: test\nname: Test\nauthorities: [E08000004]\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def by_rule(documented: Path) -> Reader:
    """A Reader of that area."""
    return annotate.load(documented, national=Path("no-national-gazetteer.csv"))


def test_rule_alone_never_flags(by_rule: Reader) -> None:
    """Questions, denials, minutes, petitions and reports carry the rule's code and are not flagged."""
    for reading in by_rule.annotate(map(Text, INACTIVE)):
        assert [code.code for code in reading.annotation.narratives][:1] == ["N21"]
        assert not reading.annotation.flag


def test_flag_with_a_rule_has_an_active_stance(by_rule: Reader, reader: Reader) -> None:
    """Over many texts with the cue words put in: whatever the rule adds to the flags is in an active stance."""
    texts = [f"{text.text} The allotments were sold off." for text in labelled.training()[:150]]
    with_rule = [r.annotation for r in by_rule.annotate(map(Text, texts))]
    without = [r.annotation for r in reader.annotate(map(Text, texts))]
    assert all(a.narratives[0].code == "N21" for a in with_rule)
    assert all(a.flag == (a.stance.name in ("asserts", "amplifies", "incites")) for a in with_rule)
    assert all(a.flag for a, b in zip(with_rule, without, strict=True) if b.flag)
    assert not all(a.flag for a in with_rule)


def test_firing_is_counted(documented: Path) -> None:
    """Gold texts, harmful ones among them, and ordinary documents by kind."""
    texts = [gold(1, text=INACTIVE[0]), gold(2, text=INACTIVE[1], flag=True, stance="asserts"), gold(3)]
    ordinary = [("news", INACTIVE[2]), ("news", "Gulls"), ("petition", "Parks"), ("petition", "Pools")]
    (firing,) = ruled.fire(taxonomy.load(documented / "taxonomy.yml"), texts, ordinary)
    assert (firing.gold, firing.gold_flagged, firing.gold_texts) == (2, 1, 3)
    assert firing.ordinary is not None
    assert (firing.ordinary.value, firing.by_kind) == (250.0, {"news": 1})
    assert firing.too_wide
    assert "2 of 3 gold test texts (1 of them harmful); 1 of 4 ordinary documents, 250 in 1,000" in ruled.sentence(
        firing
    )


def test_taxonomy_without_rules() -> None:
    """The shipped taxonomy holds no rule, and the check says how to add one."""
    with pytest.raises(ruled.NoRules, match="add N21"):
        ruled.fire(taxonomy.load(), [], [])


@pytest.mark.shared
def test_documented_example_is_narrow(documented: Path, shared: Path) -> None:
    """The documented N21 fires on at most 1 in 1,000 ordinary British documents."""
    (firing,) = ruled.fire(taxonomy.load(documented / "taxonomy.yml"), [], public.every_ordinary(shared))
    assert firing.ordinary is not None
    assert firing.ordinary.cases > 10_000
    assert not firing.too_wide


@pytest.fixture()
def area_of(documented: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The id of that area, where the command finds it."""
    monkeypatch.setenv("VANE_AREAS", str(documented.parent))
    yield documented.name


def test_command_counts_no_look(area_of: str, tmp_path: Path) -> None:
    """`vane evaluate --rules` prints a line per rule, reads no model and counts no look at the test part."""
    (tmp_path / "test.jsonl").write_text(gold(1, text=INACTIVE[0]).model_dump_json() + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["evaluate", "--rules", "--area", area_of, "--gold", str(tmp_path)])
    assert done.exception is None, done.exception
    assert done.output.startswith("N21 Allotments sold in secret: 1 of 1 gold test texts (0 of them harmful)")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test.jsonl"]


@pytest.mark.shared
def test_command_refuses_a_wide_rule(area_of: str, documented: Path, tmp_path: Path, shared: Path) -> None:
    """A rule that fires on every other council paper is refused with the remedy."""
    content = yaml.safe_load((documented / "taxonomy.yml").read_text(encoding="utf-8"))
    content["narratives"]["N21"] |= {"cues": ["council*"], "examples": ["the council"]}
    wide = tmp_path / area_of
    wide.mkdir()
    (wide / "area.yml").write_text((documented / "area.yml").read_text(encoding="utf-8"), encoding="utf-8")
    (wide / "taxonomy.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VANE_AREAS", str(tmp_path))
        done = CliRunner().invoke(app, ["evaluate", "--rules", "--area", area_of, "--datasets", str(shared)])
    assert isinstance(done.exception, VaneError)
    assert "N21: more than 1 in 1,000 ordinary documents; join cues" in str(done.exception)
