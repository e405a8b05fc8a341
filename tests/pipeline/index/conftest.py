"""Both stores under one name, each empty and prepared."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.index import SearchIndex, open_index
from pipeline.index.elastic import ElasticIndex
from pipeline.index.embedded import EmbeddedIndex
from pipeline.settings import Settings

STORES = ("embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch))


def settings(store: str, folder: Path) -> Settings:
    """Settings of a fresh index; each has a prefix of its own on the shared server."""
    if store == "embedded":
        return Settings(data=folder)
    if not os.environ.get("ES_URL"):
        pytest.fail("ES_URL names no server: start one with .ci/elasticsearch")
    return Settings(data=folder, es_url=os.environ["ES_URL"], es_prefix=f"test-{uuid.uuid4().hex[:12]}")


def opened(store: str, folder: Path) -> Iterator[SearchIndex]:
    """An empty, prepared index that leaves nothing behind."""
    index = open_index(settings(store, folder))
    index.prepare()
    yield index
    if isinstance(index, ElasticIndex):
        index.remove()
    index.close()


def stored_bytes(index: SearchIndex) -> Iterator[bytes]:
    """Every file of the store, which for Elasticsearch is on this machine when CI started it."""
    if isinstance(index, EmbeddedIndex):
        folders = [index.path.parent]
    else:
        assert isinstance(index, ElasticIndex)
        nodes = index.client.nodes.info(metric="settings")["nodes"].values()
        folders = [Path(node["settings"]["path"]["data"]) for node in nodes]
    for folder in folders:
        assert folder.is_dir(), "the server's files are not on this machine: start it with .ci/elasticsearch"
        yield from (path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture(params=STORES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    """One of the stores, for one test."""
    yield from opened(request.param, tmp_path)


@pytest.fixture(scope="module", params=STORES)
def shared_index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """One of the stores, for the tests of a module that only read or clear it first."""
    yield from opened(request.param, tmp_path_factory.mktemp("index"))
