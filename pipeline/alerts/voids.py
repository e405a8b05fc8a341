"""Information voids: questions many ask and no authority has answered, as tasks for who owns the fact."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from pipeline.alerts.case import Case, Place, answer
from pipeline.alerts.evidence import count, once, stories
from pipeline.alerts.gate import DAYS, VOICES
from pipeline.alerts.writing import identity
from pipeline.records import AnnotatedDocument, Task, TaskState

QUESTIONS = 3
NOON = time(12)
LENGTH = 200  # characters of a question
# Who owns the fact of a narrative where the myth register names nobody.
OWNERS: Mapping[str, str] = {
    "N01": "Head of Planning",
    "N02": "Head of Housing",
    "N03": "Police, neighbourhood inspector",
    "N04": "Police, corporate communications",
    "N05": "Director of Children's Services",
    "N06": "Police, corporate communications",
    "N13": "Head of Transport",
    "N14": "Director of Public Health",
    "N15": "Electoral Services Manager",
    "N19": "Police, neighbourhood inspector",
    "N20": "Head of Revenues and Benefits",
}
OWNER = "Head of Communications"


def tasks(cases: Iterable[Case], standing: Sequence[Task]) -> tuple[Task, ...]:
    """Tasks opened, grown or answered by what was published until now; unchanged ones are left out."""
    latest: dict[tuple[str, str], Task] = {}
    for task in sorted(standing, key=lambda task: task.opened_at):
        latest[task.narrative, task.area] = task
    found = (_task(case, latest.get((case.subject, case.area))) for case in cases)
    return tuple(task for task in found if task is not None)


def _task(case: Case, known: Task | None) -> Task | None:
    asking = stories([item for item in case.texts if item.annotation.stance.name == "asks"])
    if known and known.state is TaskState.OPEN:
        return _followed(case, known, asking)
    since = _answered_at(case, known)
    waiting = [item for item in asking if since is None or item.document.published_at > since]
    if not waiting or not _cluster(waiting, case) or _answer(case, waiting[0].document.published_at):
        return None
    return _opened(case, waiting)


def _cluster(asking: Sequence[AnnotatedDocument], case: Case) -> bool:
    """At least three questions: by three voices on a day, or on three days."""
    found = count(asking, case.place.zone)
    return found.posts >= QUESTIONS and (found.voices >= VOICES or len(found.days) >= DAYS)


def _answered_at(case: Case, known: Task | None) -> datetime | None:
    """When the last task on it was dealt with: only questions after that can open another."""
    if known is None:
        return None
    answers = [item.document.published_at for item in case.texts if item.document.id == known.answered_by]
    return answers[0] if answers else known.opened_at


def _answer(case: Case, after: datetime) -> str:
    """The first thing an authority published on it after that moment."""
    later = (item.document for item in once(case.texts) if answer(item) and item.document.published_at > after)
    return next((document.id for document in later), "")


def _opened(case: Case, asking: Sequence[AnnotatedDocument]) -> Task:
    day = case.now.astimezone(case.place.zone).date()
    return Task(
        id="t" + identity(case.subject, case.area, day),
        question=question(asking[0]),
        area=case.area,
        code=case.code,
        owner=owner(case, asking),
        due=due(case.now, case.place),
        narrative=case.subject,
        documents=tuple(item.document.id for item in asking),
        opened_at=case.now,
    )


def _followed(case: Case, known: Task, asking: Sequence[AnnotatedDocument]) -> Task | None:
    """An open task with new questions, or answered; None when nothing changed."""
    documents = tuple(dict.fromkeys([*known.documents, *(item.document.id for item in asking)]))
    asked = [item.document.published_at for item in asking if item.document.id in known.documents]
    answered = _answer(case, min(asked, default=known.opened_at))
    if documents == known.documents and not answered:
        return None
    change = {"documents": documents, "revision": known.revision + 1}
    if answered:
        change |= {"state": TaskState.ANSWERED, "answered_by": answered}
    return known.model_copy(update=change)


def question(item: AnnotatedDocument) -> str:
    """The sentence of a text that asks, else its check-worthy or first one (redacted like the text)."""
    text = " ".join(item.document.full_text.split())
    pieces = text.replace("!", "!\n").replace("?", "?\n").replace(". ", ".\n").splitlines()
    asked = next((piece.strip() for piece in pieces if piece.strip().endswith("?")), "")
    return (asked or item.annotation.claim or pieces[0].strip())[:LENGTH]


def owner(case: Case, asking: Sequence[AnnotatedDocument]) -> str:
    """The role that owns the fact: of the register's claim most like the questions, else of the narrative's code."""
    words = {word for item in asking for word in _words(item.document.full_text)}
    known = [myth for myth in case.place.myths if myth.narrative == case.code]
    nearest = max(known, key=lambda myth: len(words & _words(myth.claim)), default=None)
    return nearest.owner if nearest else OWNERS.get(case.code, OWNER)


def _words(text: str) -> set[str]:
    words = ("".join(sign for sign in word if sign.isalnum()) for word in text.casefold().split())
    return {word for word in words if len(word) > 3}


def due(now: datetime, place: Place) -> datetime:
    """Noon of the next working day, local time."""
    holidays = {event.start for event in place.triggers if event.kind == "bank_holiday"}
    day = now.astimezone(place.zone).date() + timedelta(days=1)
    while day.weekday() >= 5 or day in holidays:
        day += timedelta(days=1)
    return datetime.combine(day, NOON, tzinfo=place.zone)
