"""taxonomy.yml is read strictly; a council's own narrative works by rule at once."""

from pathlib import Path

import pytest
import yaml

from nlp import taxonomy
from nlp.annotate import Text, load

NOWHERE = Path("no-national-gazetteer.csv")
OWN = {
    "name": "Cathedral sale",
    "about": "the cathedral is being sold to a chain in secret",
    "leave_alone": ["chapter accounts"],
    "cues": ["cathedral + sold off", "cathedral sale*"],
    "examples": ["They've had the cathedral sold off on the quiet"],
}


def edited(tmp_path: Path, **narrative: object) -> Path:
    """The shipped taxonomy with N21."""
    content = yaml.safe_load(taxonomy.SHIPPED.read_text(encoding="utf-8"))
    content["narratives"]["N21"] = {**OWN, **narrative}
    path = tmp_path / "taxonomy.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_shipped_taxonomy_is_whole() -> None:
    """Every stance, narrative and signal that the design names is there."""
    read = taxonomy.load()
    assert len(read.stances) == 11
    assert sorted(read.narratives) == [f"N{n:02d}" for n in range(1, 21)]
    assert sorted(read.signals) == [f"T{n:02d}" for n in range(1, 17)]


def test_unknown_field_is_refused(tmp_path: Path) -> None:
    """A misspelled field is refused with its path."""
    with pytest.raises(taxonomy.TaxonomyRefused, match=r"narratives\.N21\.cuess"):
        taxonomy.load(edited(tmp_path, cuess=["x"]))


def test_example_without_cue_is_refused(tmp_path: Path) -> None:
    """An example that no cue finds is refused: a rule that misses its own example is a mistake."""
    with pytest.raises(taxonomy.TaxonomyRefused, match="no cue finds the example"):
        taxonomy.load(edited(tmp_path, examples=["nothing of the kind"]))


def test_own_narrative_works_by_rule(tmp_path: Path) -> None:
    """N21 is named in the annotation, says "rule", and its evidence is the cue's place in the text."""
    reader = load(taxonomy=edited(tmp_path), national=NOWHERE)
    text = "Heard they've had the cathedral sold off, share before they hide it!!"
    (reading,) = reader.annotate([Text(text)])
    found = reading.annotation
    assert found.narratives[0].code == "N21"
    assert found.models["narrative:N21"] == "rule"
    spans = {text[e.start : e.end] for e in found.evidence if e.label == "narrative:N21"}
    assert spans == {"cathedral", "sold off"}
    assert found.flag == (found.stance.name in ("asserts", "amplifies", "incites"))


def test_rule_leaves_other_texts_alone(tmp_path: Path) -> None:
    """Texts without both words do not carry the code."""
    reader = load(taxonomy=edited(tmp_path), national=NOWHERE)
    texts = [Text("The cathedral choir sings at six"), Text("The last tickets are sold off at the door")]
    assert all(c.code != "N21" for r in reader.annotate(texts) for c in r.annotation.narratives)


def test_narrative_that_nothing_reads_is_refused(tmp_path: Path) -> None:
    """A new narrative without cues would never fire: it is refused, with the remedy."""
    with pytest.raises(taxonomy.TaxonomyRefused, match=r"N21.*add cues"):
        load(taxonomy=edited(tmp_path, cues=[], examples=[]), national=NOWHERE)


def test_cue_with_a_star_inside_is_refused(tmp_path: Path) -> None:
    """A cue that could find nothing is refused, not silently deaf."""
    with pytest.raises(taxonomy.TaxonomyRefused, match=r"N21.*before its end"):
        taxonomy.load(edited(tmp_path, cues=["cathedral* sold"], examples=[]))


def test_cues_on_a_shipped_narrative_name_it_once(tmp_path: Path) -> None:
    """A council that adds cue words to N01 gets the code once, by rule."""
    content = yaml.safe_load(taxonomy.SHIPPED.read_text(encoding="utf-8"))
    content["narratives"]["N01"] |= {"cues": ["hotel + illegals"], "examples": []}
    path = tmp_path / "taxonomy.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    text = "They've put two hundred illegals in the hotel overnight and told nobody, get down there and shut it"
    (reading,) = load(taxonomy=path, national=NOWHERE).annotate([Text(text)])
    assert [code.code for code in reading.annotation.narratives] == ["N01"]


def test_narrative_taken_out_is_not_given(tmp_path: Path) -> None:
    """A code that a council took out of its taxonomy is not given any more."""
    text = "They've put two hundred illegals in the hotel overnight and told nobody, pass it on"
    (shipped,) = load(national=NOWHERE).annotate([Text(text)])
    content = yaml.safe_load(taxonomy.SHIPPED.read_text(encoding="utf-8"))
    del content["narratives"]["N01"]
    path = tmp_path / "taxonomy.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    (own,) = load(taxonomy=path, national=NOWHERE).annotate([Text(text)])
    assert [code.code for code in shipped.annotation.narratives] == ["N01"]
    assert not own.annotation.narratives
    assert not own.annotation.flag or own.annotation.mechanisms
