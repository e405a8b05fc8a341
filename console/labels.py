"""Plain words for codes, labels, states and kinds, so that no page shows a reader a bare code."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from pipeline.settings import ROOT

TAXONOMY = ROOT / "nlp" / "taxonomy.yml"
PARTS = {
    "spread": "Spread",
    "step": "Step offline",
    "harm": "Harm to a group or site",
    "reach": "Local reach",
    "trigger": "Trigger within 72 hours",
    "void": "Nobody has answered",
    "corrected": "Corrected already",
    "confidence": "Low confidence",
}
STANCES = {
    "asserts": "Say it is true",
    "amplifies": "Pass it on",
    "incites": "Urge others to act",
    "asks": "Ask whether it is true",
    "reports": "Report on it",
    "corrects": "Correct or counter it",
    "official": "Official word",
    "campaigns": "Campaign lawfully",
    "testimony": "Tell of their own experience",
    "satire": "Joke about it",
    "unrelated": "About something else",
}
KINDS = {
    "social": "Social media post",
    "comment": "Comment",
    "message": "Message passed on to the team",
    "news": "News",
    "official": "Official notice",
    "committee": "Committee paper",
    "police": "Police",
    "petition": "Petition",
    "frontline": "Frontline report",
    "factcheck": "Fact check",
}
RULES = {
    "flag": "Nothing in it is flagged",
    "locality": "Not local",
    "evidence": "Too little evidence",
    "novelty": "Not new, rising or changed",
    "priority": "Priority under 4",
    "budget": "Over the day's budget of alerts",
    "covered": "Shown by another alert",
}
COLOURS = {"high": "govuk-tag--red", "medium": "govuk-tag--orange", "low": "govuk-tag--grey"}


@cache
def code_names(path: Path = TAXONOMY) -> Mapping[str, str]:
    """Names of narrative and signal codes, from the taxonomy in use."""
    axes = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {code: entry["name"] for axis in ("narratives", "signals") for code, entry in axes.get(axis, {}).items()}


def code(value: str) -> str:
    """A code with its name; an unknown one as it is."""
    name = code_names().get(value, "")
    return f"{name} ({value})" if name else value


def evidence(label: str) -> str:
    """An evidence label (`axis:code`) in words: "narrative: Queue-jumping and favouritism"."""
    axis, _, value = label.partition(":")
    return f"{axis}: {code_names().get(value, value.replace('_', ' '))}" if value else axis


def plain(value: str) -> str:
    """A vocabulary word for a page: underscores become spaces, the first letter a capital."""
    words = value.replace("_", " ")
    return words[:1].upper() + words[1:]
