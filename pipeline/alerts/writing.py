"""Make an alert of a case that passed, and bring a standing one up to date."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.alerts.case import Case, calls, places
from pipeline.alerts.evidence import once, voice
from pipeline.alerts.gate import number
from pipeline.alerts.priority import TRIGGER, band, parts
from pipeline.alerts.wording import sentences, title
from pipeline.excerpts import excerpt
from pipeline.records import Alert, AlertState, AnnotatedDocument, Change, Excerpt, WhyNot

EXCERPTS = 3
URGENT = frozenset({"T02", "T03", "threat", "unlawful_call"})


def identity(*names: object) -> str:
    """A short id that the same names always give."""
    return hashlib.blake2b("\0".join(map(str, names)).encode(), digest_size=10).hexdigest()


def raised(case: Case) -> Alert:
    """The alert a case makes now."""
    day = case.now.astimezone(case.place.zone).date()
    return Alert(
        id="a" + identity(case.kind, case.subject, case.area, day),
        kind=case.kind,
        area=case.area,
        subject=case.subject,
        code=case.code,
        raised_at=case.now,
        updated_at=case.now,
        history=(Change(at=case.now, what="raised"),),
        **_content(case),
    )


def _content(case: Case) -> dict[str, Any]:
    """Everything of an alert that its texts decide."""
    found = parts(case)
    score = sum(part.points for part in found)
    return {
        "title": title(case),
        "score": score,
        "priority": band(score),
        "parts": found,
        "sentences": sentences(case),
        "documents": tuple(item.document.id for item in ordered(case)),
        "excerpts": excerpts(case),
        "stances": stances(case.texts),
        "voices": case.spread.voices,
        "posts": case.spread.posts,
        "source_classes": case.spread.classes,
        "low_confidence": any(part.name == "confidence" and part.points for part in found),
    }


def ordered(case: Case) -> list[AnnotatedDocument]:
    """Evidence first, each half in the order of publication."""
    counted = {item.document.id for item in case.counted}
    return sorted(once(case.texts), key=lambda item: item.document.id not in counted)


def stances(texts: Iterable[AnnotatedDocument]) -> Mapping[str, int]:
    """Texts by stance."""
    return dict(sorted(Counter(item.annotation.stance.name for item in texts).items()))


def excerpts(case: Case) -> tuple[Excerpt, ...]:
    """Up to three, by different voices where there are some: calls to act first, then what was read most surely."""
    ranked = sorted(case.counted, key=lambda item: (not calls(item) & URGENT, -item.annotation.flag_score))
    first: dict[str, AnnotatedDocument] = {}
    for item in ranked:
        first.setdefault(voice(item), item)
    chosen = [*first.values(), *(item for item in ranked if item not in first.values())][:EXCERPTS]
    return tuple(excerpt(item) for item in chosen)


def updated(case: Case, standing: Alert) -> Alert | None:
    """The alert as it stands now, or None when nothing of it changed.

    Its documents, posts and stances never shrink when old texts leave the window. A reviewed or closed alert keeps
    its state unless there is a new threat or call to act.
    """
    known = set(standing.documents)
    fresh = [item for item in case.texts if item.document.id not in known]
    content = _content(case)
    gone = [ref for ref in standing.documents if ref not in set(content["documents"])]
    if gone:
        content = _kept(content, standing, gone, fresh)
    if not fresh and (gone or content["score"] == standing.score or case.latest < case.now - TRIGGER):
        return None
    what = _changes(case, standing, content, fresh)
    reopened = standing.state is not AlertState.OPEN and _material(case, fresh)
    state = {"state": AlertState.OPEN, "closed_at": None} if reopened else {}
    notes = [*what, *(["reopened: a new threat or call to act"] if reopened else [])]
    history = (*standing.history, Change(at=case.now, what="; ".join(notes)))
    grown = {"updated_at": case.now, "revision": standing.revision + 1, "history": history}
    return standing.model_copy(update={**content, **state, **grown})


def _kept(
    content: dict[str, Any], standing: Alert, gone: Sequence[str], fresh: Sequence[AnnotatedDocument]
) -> dict[str, Any]:
    """Numbers that hold what is no longer here: texts leave after their retention, what they showed does not."""
    merged = Counter(standing.stances) + Counter(stances(fresh))
    return {
        **content,
        "documents": (*content["documents"], *gone),
        "posts": max(content["posts"], standing.posts + len(fresh)),
        "voices": max(content["voices"], standing.voices),
        "stances": dict(sorted(merged.items())),
        "source_classes": tuple(sorted({*content["source_classes"], *standing.source_classes})),
        "excerpts": content["excerpts"] or standing.excerpts,
    }


def _changes(case: Case, standing: Alert, content: Mapping[str, Any], fresh: Sequence[AnnotatedDocument]) -> list[str]:
    """What is different from how the alert stood."""
    found = []
    if fresh:
        found.append(f"{number(len(fresh), 'new text')} (now {number(content['posts'], 'post')})")
    if content["priority"] is not standing.priority:
        found.append(f"priority {standing.priority.value} to {content['priority'].value}")
    if content["score"] != standing.score:
        found.append(f"score {standing.score} to {content['score']}")
    before = [item for item in case.texts if item not in fresh]
    moved = places(fresh, case.place.authorities).keys() - places(before, case.place.authorities).keys()
    if moved and before:
        found.append(f"new place: {', '.join(sorted(moved))}")
    if _new_calls(case, fresh):
        found.append("new call to act")
    return found


def _new_calls(case: Case, fresh: Sequence[AnnotatedDocument]) -> set[str]:
    refs = {item.document.id for item in fresh}
    before = set().union(*(calls(item) for item in case.texts if item.document.id not in refs))
    return set().union(*map(calls, fresh)) - before


def _material(case: Case, fresh: Sequence[AnnotatedDocument]) -> bool:
    """Whether new texts hold a threat or unlawful call, or a call to act of a kind not seen before."""
    said = set().union(*map(calls, fresh))
    return bool(said & URGENT) or bool(_new_calls(case, fresh))


def kept_back(case: Case, rule: str, reason: str, score: int | None = None) -> WhyNot:
    """The entry of the why-not bin; its day is that of the last text, so that a later run writes the same."""
    day: date = case.latest.astimezone(case.place.zone).date()
    return WhyNot(
        id="w" + identity(case.kind, case.subject, case.area, day),
        kind=case.kind,
        area=case.area,
        subject=case.subject,
        code=case.code,
        title=title(case),
        rule=rule,
        reason=reason,
        score=score,
        posts=case.spread.posts,
        at=case.latest,
    )
