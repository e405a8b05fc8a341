"""Where two indexes of the same records differ."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from pipeline.index.protocol import SearchIndex, needles
from pipeline.records import Entity, IndexRecord, Query, Results

PAGE = 200
DEEPEST = 9_000  # the last offset a query may ask for


def compare(a: SearchIndex, b: SearchIndex, queries: Iterable[Query]) -> list[str]:
    """What differs between two indexes, one line each; empty where they hold and answer the same.

    Records are compared whole; queries by total, facets and ids: in order where no words are asked for, else as sets,
    since stores score by different formulas. Texts are never part of a line.
    """
    differences = [line for entity in Entity for line in _records(a, b, entity)]
    for number, query in enumerate(queries):
        differences += [f"query {number}: {line}" for line in _answers(a, b, query)]
    return differences


def _records(a: SearchIndex, b: SearchIndex, entity: Entity) -> Iterator[str]:
    counts = a.count(entity), b.count(entity)
    if counts[0] != counts[1]:
        yield f"{entity}: {counts[0]} and {counts[1]} records"
    for left, right in zip_longest(a.dump(entity), b.dump(entity)):
        if left != right:
            yield f"{entity}: {_difference(left, right)}"
            return  # after the first difference the rest is only shifted


def _difference(left: IndexRecord | None, right: IndexRecord | None) -> str:
    if left is None or right is None or left.id != right.id:
        return f"{left.id if left else 'nothing'} beside {right.id if right else 'nothing'}"
    fields = [field for field in IndexRecord.model_fields if getattr(left, field) != getattr(right, field)]
    return f"{left.id} differs in {', '.join(fields)}"


def _answers(a: SearchIndex, b: SearchIndex, query: Query) -> Iterator[str]:
    left, right = a.search(query), b.search(query)
    if left.total != right.total:
        yield f"totals {left.total} and {right.total}"
    for field in left.facets:
        if left.facets[field] != right.facets.get(field):
            yield f"facet {field} differs"
    ids = _found(a, query), _found(b, query)
    if any(needles(query)):
        ids = sorted(ids[0]), sorted(ids[1])
    if ids[0] != ids[1]:
        yield f"ids differ, the first at place {next(i for i, p in enumerate(zip_longest(*ids)) if p[0] != p[1])}"


def _found(index: SearchIndex, query: Query) -> list[str]:
    ids: list[str] = []
    for offset in range(0, DEEPEST + 1, PAGE):
        page: Results = index.search(query.model_copy(update={"offset": offset, "limit": PAGE}))
        ids += [hit.record.id for hit in page.hits]
        if len(page.hits) < PAGE:
            break
    return ids
