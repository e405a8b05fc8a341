"""Search over documents, narratives and alerts: a projection of the ledger."""

from pipeline.index.protocol import SearchIndex
from pipeline.settings import Settings

__all__ = ["SearchIndex", "open_index"]


def open_index(settings: Settings) -> SearchIndex:
    """The index of this installation: Elasticsearch where `ES_URL` is set, else a file in the data folder.

    Call `prepare()` before the first `put`.
    """
    if settings.es_url:
        from pipeline.index.elastic import ElasticIndex  # its client takes 0.4 s to import

        return ElasticIndex.connect(settings)
    from pipeline.index.embedded import EmbeddedIndex

    return EmbeddedIndex(settings.data / "index.sqlite")
