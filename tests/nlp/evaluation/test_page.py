"""The report's page stands by itself, escapes what it shows, and can be read without sight, colour or mouse."""

import re
from html.parser import HTMLParser
from typing import Any

from nlp import report
from nlp.evaluation import page, plots, tables
from nlp.evaluation.wording import TITLES
from nlp.measures import Score

VOID = {"meta", "rect", "circle", "line", "polyline", "path"}


class Reading(HTMLParser):
    """Start tags with their attributes, and whether all were closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such tag."""
        return [attrs for name, attrs in self.tags if name == tag]


def test_stands_by_itself(made: str) -> None:
    """No script, nothing loaded from elsewhere, every link inside the page, every tag closed."""
    seen = Reading(made)
    assert seen.open == []
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in seen.tags}
    assert not re.search(r"(src=|url\(|@import|https?://)", made)
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in seen.named("a")} <= set(ids)


def test_can_be_read_without_sight_or_mouse(made: str) -> None:
    """Language, title, one h1, captions and heads for all tables, names for all plots, scrolling by keyboard."""
    seen = Reading(made)
    assert seen.named("html") == [{"lang": "en-GB"}]
    assert len(seen.named("h1")) == 1
    assert len(seen.named("caption")) == len(seen.named("table"))
    assert all(th.get("scope") in ("col", "row") for th in seen.named("th"))
    assert all("tabindex" in div and "aria-label" in div for div in seen.named("div") if div.get("class") == "scroll")
    plots_ = [svg for svg in seen.named("svg") if "aria-hidden" not in svg]
    assert len(plots_) == 9  # eight reliability curves and the learning curve
    ids = {attrs.get("id") for _, attrs in seen.tags}
    assert all(set(str(svg["aria-labelledby"]).split()) <= ids for svg in plots_)


def test_every_section_is_there(made: str) -> None:
    """All parts of an evaluation are on the page; the worst cases' words are hidden until asked for."""
    assert all(f">{title}</h2>" in made for title in TITLES.values() if title != TITLES["ordinary_per_1000"])
    assert "<details><summary>Show " in made
    assert "nan" not in re.sub(r"<details>.*?</details>", "", made)


def test_words_are_escaped() -> None:
    """A text that looks like HTML stays a text."""
    case = {"id": "G1", "flag": True, "score": 0.1, "stance": "asserts", "read_as": "asks", "narrative": "",
            "narrative_read_as": "", "text": "<script>alert(1)</script>"}  # fmt: skip
    result: dict[str, Any] = {"models": {"<b>": "1"}, "test_texts": 1, "times_scored": 1, "worst": [case]}
    made = page.render(result)
    assert "<script" not in made
    assert "<b>" not in made


def test_figures_of_others_are_shown() -> None:
    """A section that this page does not know gets a table of its figures."""
    result = {"models": {}, "test_texts": 1, "times_scored": 1, "places": {"places_f1": Score(0.9, 0.8, 1.0, 200)}}
    made = page.render(result)
    assert '<h2 id="places">Places</h2>' in made
    assert "0.800 to 1.000" in made


def test_shade_keeps_contrast() -> None:
    """Dark letters keep a contrast of 7 to 1 on the deepest shade (WCAG 2.2, relative luminance)."""
    deepest = tables.table("x", ["a", "b"], [["c", "1"]], [[1.0]])
    (shade,) = re.findall(r"rgb\((\d+),(\d+),(\d+)\)", deepest)
    back, ink = _luminance(*map(int, shade)), _luminance(0x0B, 0x0C, 0x0C)
    assert (back + 0.05) / (ink + 0.05) >= 7


def test_bar_only_for_shares() -> None:
    """Figures per 1,000 and figures that are no number get no bar."""
    assert "<rect" in plots.bar(Score(0.5, 0.4, 0.6, 9))
    assert plots.bar(Score(7.2, 5.1, 9.5, 9)) == ""
    assert plots.bar(Score(float("nan"), float("nan"), float("nan"), 0)) == ""


def _luminance(*parts: int) -> float:
    linear = [(p / 255 / 12.92 if p / 255 <= 0.04045 else ((p / 255 + 0.055) / 1.055) ** 2.4) for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_cards_hold_no_text_of_the_test_part() -> None:
    """report.md leaves the worst cases to the page."""
    result = {"models": {}, "test_texts": 1, "times_scored": 1, "worst": [{"id": "G1", "text": "secret words"}]}
    assert "secret words" not in report.as_markdown(result)
