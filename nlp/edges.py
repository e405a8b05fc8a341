"""The `vane try` edges: JSON lines in, JSON lines out, one bad line reported and passed over."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from nlp.annotate import Reader, Text
from nlp.annotations import Reading
from nlp.claims import Library
from nlp.similarity import Grouper

Row = dict[str, Any]
BOM = "\ufeff"  # what some editors put before the first line of a file
READ = ("id", "title", "text", "kind", "home")  # fields whose words go further


class Reject(NamedTuple):
    """A record that cannot be read: its line (from 1), its id where it has one, and why."""

    line: int
    reason: str
    id: str = ""


def annotate_lines(lines: Iterable[str | bytes], reader: Reader) -> Iterator[Row | Reject]:
    """{id, text, kind?, home?} a line; an annotation with its id a line, rejects where they stood."""
    waiting: list[tuple[Any, Reject | None]] = []

    def texts() -> Iterator[Text]:
        for number, line in enumerate(lines, 1):
            row = _object(line, number, "text")
            waiting.append((None, row) if isinstance(row, Reject) else (row["id"], None))
            if not isinstance(row, Reject):
                yield Text(row["text"], _word(row, "kind"), _word(row, "home"))

    for reading in reader.annotate(texts()):
        yield from _rejects_before(waiting)
        yield {"id": waiting.pop(0)[0], **as_row(reading)}
    yield from _rejects_before(waiting)


def group_lines(lines: Iterable[str | bytes], grouper: Grouper) -> Iterator[Row | Reject]:
    """{id, title?, text, published_at} in time order; {id, narrative_id}, a later merge {narrative_id, merged_into}."""
    for number, line in enumerate(lines, 1):
        row = _object(line, number, "text")
        at = row if isinstance(row, Reject) else _time(row, number)
        if isinstance(row, Reject) or isinstance(at, Reject):
            yield row if isinstance(row, Reject) else at  # type: ignore[misc]
            continue
        title = _word(row, "title")
        placed = grouper.add(str(row["id"]), f"{title}\n{row['text']}" if title else row["text"], at)
        yield {"id": row["id"], "narrative_id": placed.narrative}
        yield from ({"narrative_id": old, "merged_into": new} for old, new in placed.merged)


def claims_lines(lines: Iterable[str | bytes], library: Library) -> Iterator[Row | Reject]:
    """{id, text} a line; {id, answer, matches: [{claim_id, score}]} a line."""
    for number, line in enumerate(lines, 1):
        row = _object(line, number, "text")
        if isinstance(row, Reject):
            yield row
            continue
        found = library.match(row["text"])
        matches = [{"claim_id": claim, "score": score} for claim, score in found.matches]
        yield {"id": row["id"], "answer": found.answer, "matches": matches}


def as_row(reading: Reading) -> Row:
    """An annotation as the edge prints it."""
    row = reading.annotation.model_dump(mode="json")
    row["models"] = dict(row["models"])
    return row


def write_lines(rows: Iterable[Row | Reject], out: Callable[[str], object], reject: Callable[[Reject], object]) -> int:
    """Send rows to `out` as JSON and rejects to `reject`; returns how many were rejected."""
    rejected = 0
    for row in rows:
        if isinstance(row, Reject):
            rejected += 1
            reject(row)
        else:
            out(json.dumps(row, ensure_ascii=False))
    return rejected


def _rejects_before(waiting: list[tuple[Any, Reject | None]]) -> Iterator[Reject]:
    """Rejects at the head of the queue."""
    while waiting and (reject := waiting[0][1]) is not None:
        waiting.pop(0)
        yield reject


def _object(line: str | bytes, number: int, field: str) -> Row | Reject:
    """A record with an id and a string field, or why it is none."""
    try:
        text = line.decode("utf-8") if isinstance(line, bytes) else line
        row = json.loads(text.removeprefix(BOM) if number == 1 else text)
    except UnicodeDecodeError:
        return Reject(number, "not UTF-8; save the file as UTF-8")
    except (ValueError, RecursionError):
        return Reject(number, "not JSON; write one JSON object a line")
    if not isinstance(row, dict):
        return Reject(number, "not an object; write one JSON object a line")
    identity = row.get("id")
    if identity is None or identity == "" or not isinstance(identity, str | int):
        return Reject(number, "no id; give every record an id")
    if (halved := _halved(row)) is not None:
        return Reject(
            number, f"{halved} holds half a character; write it whole", "" if halved == "id" else str(identity)
        )
    if not isinstance(row.get(field), str):
        problem = (
            "is null"
            if field in row and row[field] is None
            else "is missing"
            if field not in row
            else "is not a string"
        )
        return Reject(number, f"{field} {problem}; give it as a string", str(identity))
    return row


def _halved(row: Row) -> str | None:
    """The first field that is read and holds a lone surrogate, which no output can carry."""
    for name in READ:
        try:
            _word(row, name).encode()
        except UnicodeEncodeError:
            return name
    return None


def _word(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    return value if isinstance(value, str) else ""


def _time(row: Row, number: int) -> datetime | Reject:
    try:
        at = datetime.fromisoformat(str(row.get("published_at")))
    except ValueError:
        return Reject(number, "published_at is not an ISO 8601 time; write 2026-09-08T18:20:00+01:00", str(row["id"]))
    if at.tzinfo is None:
        return Reject(number, "published_at has no zone; add Z or +01:00", str(row["id"]))
    return at
