"""Model cards: data, licences, how a model was made and what it cannot do; its figures stand in the report it names."""

from collections.abc import Sequence
from pathlib import Path

from nlp import public
from nlp.axes import AXES, BY_SENTENCE, Axis, hidden_axes
from nlp.labelled import GoldText

REPORT = "report.md"
HOW = {
    "yes": "one logistic regression",
    "one": "one multinomial logistic regression",
    "many": "one logistic regression a label",
}
HIDDEN = """
Its margin is added to that of a hidden layer of 128 units over the same view, which all axes teach together
(`hidden.skops`); a layer that serves group-blind axes sees no groups either."""
HIDDEN_CARD = """# Model card: hidden

Two layers of 128 ReLU units over the shared view, trained by Adam with dropout on all axes at once (multi-task
learning); each margin is added to the axis's linear one. Of the two, {served}.
Weights are kept in 8 bits. The file has no scores of its own: it is scored with the axes it serves.

## Data

{data}

## Scores

See `report.md`.

## Limits

{limits}
"""
LIMITS = """- Written texts only, English only; sarcasm, allusion and pictures are missed.
- The gold texts were written for this project by imagined voices; they are not a sample of any town's talk.
- A score ranks texts for a person to look at. It decides nothing about anybody."""


def write(out: Path, texts: Sequence[GoldText], helped: Sequence[str]) -> None:
    """One card NAME.md beside every model; `helped` names the axes that public sets were added to."""
    (out / "hidden.md").write_text(_hidden_card(texts, "flag" in helped), encoding="utf-8")
    for axis in AXES:
        (out / f"{axis.name}.md").write_text(_card(axis, texts, axis.name in helped), encoding="utf-8")


def _card(axis: Axis, texts: Sequence[GoldText], helped: bool) -> str:
    sight = (
        "sees which group is meant" if axis.sighted else "cannot see which group is meant (groups are hidden by role)"
    )
    authors = len({t.author for t in texts})
    data = [f"- `nlp/gold/train_*.jsonl`: {len(texts)} texts by {authors} imagined authors (own work)"]
    data += [f"- `{name}` ({licence})" for name, licence in _sets(axis.name)] if helped else []
    lines = [
        f"# Model card: {axis.name}",
        "",
        f"{HOW[axis.shape].capitalize()} over the shared view (words, pairs of words, letters inside words, turns",
        f"of phrase); it {sight}." + (HIDDEN if axis.name != BY_SENTENCE else ""),
        "Calibration and threshold come from folds by author and contrast pair, never from the test part.",
        "",
        "## Data",
        "",
        *data,
        "",
        "## Scores",
        "",
        f"See `{REPORT}`: the last evaluation on the test part (other authors), with bootstrap intervals.",
        "",
        "## Limits",
        "",
        LIMITS,
        "",
    ]
    return "\n".join(lines)


def _hidden_card(texts: Sequence[GoldText], helped: bool) -> str:
    data = [f"- `nlp/gold/train_*.jsonl`: {len(texts)} texts (own work)"]
    data += [f"- `{name}` ({licence})" for name, licence in _sets("flag")] if helped else []
    served = "; ".join(
        f"the {'sighted' if sighted else 'blind'} one serves {', '.join(axis.name for axis in hidden_axes(sighted))}"
        for sighted in (False, True)
    )
    return HIDDEN_CARD.format(served=served, data="\n".join(data), limits=LIMITS)


def _sets(axis: str) -> list[tuple[str, str]]:
    if axis in ("flag", "mechanisms"):
        return [
            (
                "ordinary_uk petition titles and Hansard paragraphs, half of each, as texts not to flag",
                "OGL v3 / Open Parliament Licence v3",
            )
        ]
    sets = {"hate": public.HATE, "checkworthy": public.CHECKWORTHY}.get(axis, ())
    return [(each.name, each.licence) for each in sets]
