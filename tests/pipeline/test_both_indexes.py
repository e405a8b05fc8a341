"""The demo's whole corpus in both indexes: the same records, ids, filters, facets, counts and conflicts."""

import os
import secrets

import pytest

from pipeline.index import open_index
from pipeline.index.compare import compare
from pipeline.records import Entity, Query
from tests.pipeline.conftest import Week

QUERIES = [
    Query(limit=50),
    Query(filters={"flag": ("true",)}),
    Query(filters={"kind": ("social", "comment"), "stance": ("asks",)}),
    Query(filters={"areas": ("X99W00002",)}),
    Query(filters={"narratives": ("N01", "N19")}),
    Query(filters={"signals": ("T15", "T16"), "source": ("council_news", "police")}),
    Query(words=("beacon",)),
    Query(words=("beacon", "hotel")),
    Query(words=("bin",), filters={"kind": ("social",)}),
    Query(phrases=(("white", "van"),)),
    Query(words=("nothingsaysthis",)),
    Query(entity=Entity.ALERT),
    Query(entity=Entity.NARRATIVE),
]


@pytest.mark.elasticsearch
def test_the_demo_corpus_in_both(finished_week: Week) -> None:
    """Every record and every answer of the embedded index is that of a real Elasticsearch, a replay changes neither."""
    context = finished_week.context
    prefix = f"test-{secrets.token_hex(4)}"
    settings = context.settings.model_copy(update={"es_url": os.environ["ES_URL"], "es_prefix": prefix})
    elastic = open_index(settings)
    elastic.prepare()
    try:
        records = [record for entity in Entity for record in context.index.dump(entity)]
        first = elastic.put(records)
        again = [index.put(records) for index in (elastic, context.index)]
        elastic.refresh()
        context.index.refresh()

        assert first.created == len(records) > 500
        assert [result.unchanged for result in again] == [len(records)] * 2
        assert compare(context.index, elastic, QUERIES) == []
    finally:
        elastic.clear()
        elastic.close()
