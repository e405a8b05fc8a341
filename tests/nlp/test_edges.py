"""The `vane try` edges: formats, order, bad records."""

import json
from datetime import timedelta

import pytest

from nlp import edges
from nlp.annotate import Reader
from nlp.claims import Claim, Library
from nlp.edges import Reject
from nlp.similarity import Grouper

KEYS = {
    "id", "stance", "mechanisms", "targets", "narratives", "signals", "flag", "flag_score", "hate", "checkworthy",
    "claim", "mentions", "evidence", "models",
}  # fmt: skip
BAD = (
    ("{", "not JSON"),
    ("[1]", "not an object"),
    ('{"text": "x"}', "no id"),
    ('{"id": "a"}', "text is missing"),
    ('{"id": "a", "text": null}', "text is null"),
    ('{"id": "a", "text": 5}', "text is not a string"),
    (b'{"id": "a", "text": "\xff"}', "not UTF-8"),
    ("", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ('{"id": 1' + "0" * 5000 + ', "text": "x"}', "not JSON"),
    ('{"id": "a", "text": "half \\ud83d"}', "text holds half a character"),
    ('{"id": "a\\ude00", "text": "x"}', "id holds half a character"),
    ('{"id": "a", "text": "x", "kind": "\\ud83d"}', "kind holds half a character"),
)


def line(**fields: object) -> str:
    """A JSON line."""
    return json.dumps(fields)


def test_annotate_has_the_promised_fields(reader: Reader) -> None:
    """A line carries every field of the contract, its id first, and is JSON."""
    (row,) = edges.annotate_lines(
        [line(id="1", text="Trouble in Glodwick 😂", kind="social", home="E08000004")], reader
    )
    assert isinstance(row, dict)
    assert set(row) == KEYS
    read = json.loads(json.dumps(row))
    assert set(read["stance"]) == {"name", "score"}
    mention = {"kind", "text", "start", "end", "name", "level", "ward", "lad", "lat", "lon", "score"}
    assert [set(m) for m in read["mentions"]] == [mention]
    assert read["mentions"][0]["kind"] == "place"


@pytest.mark.parametrize(("bad", "reason"), BAD)
def test_bad_record_is_passed_over(reader: Reader, bad: str | bytes, reason: str) -> None:
    """A bad record gives one reject with its line and reason; every other record arrives, in order."""
    lines: list[str | bytes] = [line(id=1, text="first"), bad, line(id=2, text="second")]
    rows = list(edges.annotate_lines(lines, reader))
    assert [row["id"] for row in rows if isinstance(row, dict)] == [1, 2]
    (reject,) = [row for row in rows if isinstance(row, Reject)]
    assert reject.line == 2
    assert reason in reject.reason


def test_order_over_many_batches(reader: Reader) -> None:
    """Over several batches with bad lines between, ids come in the order they went in."""
    lines = [line(id=n, text=f"text {n}") if n % 7 else "broken" for n in range(700)]
    rows = list(edges.annotate_lines(lines, reader))
    assert [row["id"] for row in rows if isinstance(row, dict)] == [n for n in range(700) if n % 7]
    assert [row.line for row in rows if isinstance(row, Reject)] == [n + 1 for n in range(700) if n % 7 == 0]


def test_group_lines() -> None:
    """Every text gets a narrative, alone or not; a title counts; a time without zone is a reject."""
    at = "2026-09-08T18:20:00+01:00"
    lines = [
        line(id="a", title="Beacon Hotel", text="Asylum seekers moved into the Beacon Hotel at night", published_at=at),
        line(id="b", text="They have moved asylum seekers into the Beacon Hotel", published_at=at),
        line(id="c", text="Bin day moved to Thursday for the bank holiday", published_at=at),
        line(id="d", text="No zone", published_at="2026-09-08T18:20:00"),
        line(id="e", text="No time"),
    ]
    rows = list(edges.group_lines(lines, Grouper()))
    placed = {row["id"]: row["narrative_id"] for row in rows if isinstance(row, dict)}
    assert placed["a"] == placed["b"] != placed["c"]
    assert [row.line for row in rows if isinstance(row, Reject)] == [4, 5]


def test_half_a_character_in_a_group() -> None:
    """A record whose id, title or text holds a lone surrogate is a reject; the others are placed and can be printed."""
    at = "2026-09-08T18:20:00+01:00"
    lines = [
        line(id="a", text="Bin day moved to Thursday", published_at=at),
        line(id="b\ud83d", text="Bin day moved to Thursday", published_at=at),
        line(id="c", title="\ud83d", text="Bin day moved to Thursday", published_at=at),
        line(id="d", text="Bin day moved to Thursday \U0001f600", published_at=at),
    ]
    rows = list(edges.group_lines(lines, Grouper()))
    assert [row["id"] for row in rows if isinstance(row, dict)] == ["a", "d"]
    rejects = [(row.line, row.id) for row in rows if isinstance(row, Reject)]
    assert rejects == [(2, ""), (3, "c")]
    assert json.dumps(rows, ensure_ascii=False).encode()


def test_claims_lines() -> None:
    """Best matches with scores; the answer is null where nothing fits."""
    claims = [
        Claim("m1", "The Beacon Hotel houses asylum seekers in secret"),
        Claim("m2", "Postal votes are counted twice"),
    ]
    queries = [
        line(id="q1", text="is the beacon hotel housing asylum seekers"),
        line(id="q2", text="gulls ate my chips"),
    ]
    first, second = edges.claims_lines(queries, Library(claims))
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["answer"] == first["matches"][0]["claim_id"] == "m1"
    assert second == {"id": "q2", "answer": None, "matches": []}


def test_write_lines_counts_rejects() -> None:
    """Rows go to one place as JSON, rejects to another, and their number comes back."""
    out: list[str] = []
    bad: list[Reject] = []
    count = edges.write_lines([{"id": "é"}, Reject(2, "not JSON")], out.append, bad.append)
    assert (out, bad, count) == (['{"id": "é"}'], [Reject(2, "not JSON")], 1)


def test_grouper_window_is_time() -> None:
    """A story nobody told for longer than the window is a new one."""
    text = "Asylum seekers moved into the Beacon Hotel at night"
    lines = [line(id=day, text=text, published_at=f"2026-09-{day:02d}T10:00:00Z") for day in (1, 2, 20)]
    rows = list(edges.group_lines(lines, Grouper(window=timedelta(days=7))))
    ids = [row["narrative_id"] for row in rows if isinstance(row, dict)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("mark", ["\ufeff", b"\xef\xbb\xbf"])
def test_a_mark_before_the_first_line_is_no_error(reader: Reader, mark: str | bytes) -> None:
    """A file saved with a byte order mark loses no record; elsewhere the mark is an error as before."""
    first = line(id=1, text="first")
    marked = mark + first if isinstance(mark, str) else mark + first.encode()
    rows = list(edges.annotate_lines([marked, line(id=2, text="second"), marked], reader))
    assert [row["id"] if isinstance(row, dict) else "no record" for row in rows] == [1, 2, "no record"]
