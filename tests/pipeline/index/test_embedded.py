"""What only the embedded index promises: its bytes, its processes, its file."""

import multiprocessing
import random
import re
import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import VaneError
from pipeline.index.embedded import EmbeddedIndex
from pipeline.records import Entity, IndexRecord, Query
from tests.pipeline.index.corpus import record


def made(folder: Path) -> EmbeddedIndex:
    """A prepared index in the folder."""
    index = EmbeddedIndex(folder / "index.sqlite")
    index.prepare()
    return index


def _marked(number: int, draw: random.Random) -> IndexRecord:
    """A record with its own mark in every field that holds text."""
    mark = f"zq{number}x"
    lemmas = " ".join([mark, *(f"{mark}y{k}" for k in range(draw.randint(1, 30)))])
    text = f"begin {mark} " * draw.randint(1, 120)
    return record(number, id=f"id{mark}", title=mark, text=text, lemmas=lemmas, narratives=(mark,), url=mark)


def _churned(index: EmbeddedIndex, draw: random.Random) -> set[int]:
    """Fill, edit and empty an index the way weeks of work do; returns the numbers of what is deleted for good."""
    records = [_marked(number, draw) for number in range(2_000)]
    draw.shuffle(records)
    index.put(records)
    for step in range(6):
        part = draw.sample(records, 150)
        index.delete(Entity.DOCUMENT, [r.id for r in part[:100]])
        index.put(r.model_copy(update={"version": step + 2}) for r in part)
        index.put(record(n, id=f"{draw.random()}", text="t" * draw.randint(1, 3_000)) for n in range(50))
    gone = draw.sample(range(2_000), 1_000)
    index.delete(Entity.DOCUMENT, [f"idzq{number}x" for number in gone])
    return set(gone)


def test_nothing_deleted_is_left_in_the_bytes(tmp_path: Path) -> None:
    """After `purge` no byte of 1,000 deleted records is in the file, its log or its index; every other one is."""
    index = made(tmp_path)
    gone = _churned(index, random.Random(8))  # without the rewrite, this seed leaves five
    index.purge()
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {"index.sqlite", "index.sqlite-wal", "index.sqlite-shm"} <= set(files)
    found = {int(number) for content in files.values() for number in re.findall(rb"zq(\d+)x", content)}
    assert found == set(range(2_000)) - gone
    index.close()


def test_replaced_words_are_left_neither(tmp_path: Path) -> None:
    """After an edit and `purge` the former text and words are gone from every file."""
    index = made(tmp_path)
    index.put([record(1, text="FORMER TEXT", lemmas="former word", source="formersource")])
    index.put([record(1, version=2, text="new", lemmas="new", source="newsource")])
    index.purge()
    assert b"former" not in b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()


def test_clear_leaves_no_bytes(tmp_path: Path) -> None:
    """`clear` empties the files too."""
    index = made(tmp_path)
    index.put(_marked(number, random.Random(1)) for number in range(100))
    index.clear()
    assert re.search(rb"zq\d+x", b"".join(path.read_bytes() for path in tmp_path.iterdir())) is None


def test_a_reader_that_stays_is_named(tmp_path: Path) -> None:
    """`purge` says so when another connection keeps old pages alive, instead of passing for done."""
    index = made(tmp_path)
    index.put([record(1)])
    reader = sqlite3.connect(index.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM record").fetchone()
    index.delete(Entity.DOCUMENT, ["d0001"])
    index._connection().execute("PRAGMA busy_timeout = 50")
    with pytest.raises(VaneError, match="purge it again"):
        index.purge()
    reader.close()
    index.purge()


def _fill(path: Path, first: int) -> None:
    index = EmbeddedIndex(path)
    index.prepare()
    for number in range(first, first + 300, 20):
        index.put(record(n) for n in range(number, number + 20))
    index.close()


def test_processes_write_while_another_reads(tmp_path: Path) -> None:
    """Three processes prepare and fill one file; a reader meanwhile sees only whole states, and all arrive."""
    index = made(tmp_path)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(index.path, first)) for first in (0, 300, 600)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        results = index.search(Query(words=("library",), limit=1))
        assert results.facets["kind"].get("social", 0) == results.total
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert index.search(Query(words=("library",))).total == index.count(Entity.DOCUMENT) == 900


def test_an_index_never_made_says_what_to_do(tmp_path: Path) -> None:
    """Reading before `prepare` names the command, and makes no file."""
    index = EmbeddedIndex(tmp_path / "index.sqlite")
    with pytest.raises(VaneError, match="run vane reindex"):
        index.search(Query())
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_another_version_is_refused_until_cleared(tmp_path: Path) -> None:
    """Tables of another version are neither read nor written; `clear` makes them anew."""
    index = made(tmp_path)
    index._connection().execute("PRAGMA user_version = 99")
    for step in (index.prepare, lambda: index.put([record(1)]), lambda: index.count(Entity.DOCUMENT)):
        with pytest.raises(VaneError, match="run vane reindex"):
            step()
    index.clear()
    assert index.put([record(1)]).created == 1


def test_a_broken_file_says_what_to_do(tmp_path: Path) -> None:
    """A file that is no database gives one line with the remedy."""
    (tmp_path / "index.sqlite").write_bytes(b"not a database" * 1_000)
    with pytest.raises(VaneError, match="remove the file and run vane reindex"):
        EmbeddedIndex(tmp_path / "index.sqlite").prepare()
