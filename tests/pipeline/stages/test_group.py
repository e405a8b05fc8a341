"""Group counts every document into the area series once, however often it was edited, before or after."""

from datetime import timedelta

import pytest

from pipeline.ledger import documents, series
from pipeline.records import AnnotatedDocument
from pipeline.stages.context import Context
from pipeline.stages.group import group
from tests.pipeline.making import NOON, WARD, annotation, document

DAY = NOON.date()
CELL = {(WARD, "N01"): 1}


@pytest.fixture
def noon(elsewhere: Context) -> Context:
    """The area in the afternoon of the day on which the documents were published."""
    return elsewhere.at(NOON + timedelta(hours=4))


def read(context: Context, words: str, *, narrative: str = "N01", number: int = 1) -> None:
    """Let a page say these words now: crawled, and read as telling this narrative ("" is about nothing of ours)."""
    with context.ledger.begin() as tx:
        documents.write(tx, context.area.id, [document(number, text=words, content_hash=words)])
        [found] = documents.unannotated(tx, context.area.id, since=None, until=None, limit=10)
        item = AnnotatedDocument(document=found, annotation=annotation("asserts", narrative), areas=(WARD,))
        documents.annotate(tx, context.area.id, [item])


def counted(context: Context) -> tuple[dict[tuple[str, str], int], int]:
    """The day's cells, and how many documents were collected."""
    with context.ledger.read() as tx:
        points = series.between(tx, context.area.id, first=DAY, last=DAY)
        total = series.collected(tx, context.area.id, first=DAY, last=DAY)
    return {(point.area, point.theme): point.count for point in points}, total.get(DAY, 0)


def test_a_page_edited_before_it_was_grouped_is_counted(noon: Context) -> None:
    """Crawled at nine, edited, crawled again, then grouped: the series and the day's total hold it once."""
    read(noon, "as it was")
    read(noon, "as it is")

    assert group(noon) == {"new narrative": 1}
    assert counted(noon) == (CELL, 1)


def test_a_page_edited_after_it_was_counted_is_not_counted_again(noon: Context) -> None:
    """An edit of a counted text adds nothing, nor does a second run or another edit."""
    for words in ("as it was", "as it is", "as it will be"):
        read(noon, words)
        group(noon)
        assert group(noon) == {}
        assert counted(noon) == (CELL, 1)


def test_a_page_that_an_edit_brings_into_scope_is_counted_in_its_cells_only(noon: Context) -> None:
    """Out of scope at first, then telling a narrative: the cell grows by one, once; the day's total does not."""
    read(noon, "nothing of ours", narrative="")
    assert group(noon) == {"out of scope": 1}
    assert counted(noon) == ({}, 1)
    for words in ("a rumour", "the rumour, mended"):
        read(noon, words)
        group(noon)
        assert counted(noon) == (CELL, 1)


def test_edits_and_new_pages_of_one_batch_are_told_apart(noon: Context) -> None:
    """Beside a text that was counted, its edit adds nothing and a new page adds itself."""
    read(noon, "as it was")
    group(noon)
    read(noon, "as it is")
    read(noon, "another page", number=2)
    group(noon)

    assert counted(noon) == ({(WARD, "N01"): 2}, 2)
