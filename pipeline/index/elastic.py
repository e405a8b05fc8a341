"""The index of production: Elasticsearch, monthly indices of documents behind an alias."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    Elasticsearch,
    NotFoundError,
    TransportError,
)
from elasticsearch import ConnectionError as NoConnection

from pipeline.errors import VaneError
from pipeline.index import mapping, protocol
from pipeline.index.bulk import ROLES, Writer, api_reason
from pipeline.records import Entity, Hit, IndexRecord, PutResult, Query, Results
from pipeline.settings import Settings

TIMEOUT_SECONDS = 30
RETRIES = 5  # over some two seconds: a month just made answers 503 for a moment
PAGE = 1_000  # records `dump` reads at a time
HISTORY_SECONDS = 90  # three times the interval at which the server moves its mark
NAMES = 50  # index names in one request, so that its address stays short


class ElasticIndex:
    """`SearchIndex` on an Elasticsearch server; safe to share among threads."""

    def __init__(self, client: Elasticsearch, prefix: str, shown: str = "", pause: float = 1.0) -> None:
        self.client = client
        self.prefix = prefix
        self.shown = shown  # the server's address without credentials, for messages
        self.writer = Writer(client, prefix, pause)

    @classmethod
    def connect(cls, settings: Settings, pause: float = 1.0) -> Self:
        """The index of these settings; talks to nobody yet."""
        address = urlsplit(settings.es_url)
        shown = f"{address.scheme}://{address.hostname}:{address.port or ''}".rstrip(":")
        login = (settings.es_user, _password(settings)) if settings.es_user else None
        client = Elasticsearch(
            settings.es_url,
            basic_auth=login,
            request_timeout=TIMEOUT_SECONDS,
            max_retries=RETRIES,
            retry_backoff_base=pause / 10,
            retry_backoff_cap=pause,
        )
        return cls(client, settings.es_prefix, shown, pause)

    def prepare(self) -> None:
        """Put the templates; make the indices that are not monthly."""
        with self._errors():
            for entity in Entity:
                if self._foreign(entity):
                    raise VaneError(f"{self.shown} holds an index of another version: run vane reindex")
            for entity in Entity:
                name = mapping.base(self.prefix, entity)
                self.client.indices.put_index_template(name=name, **mapping.template(self.prefix, entity))
                if entity is not Entity.DOCUMENT:
                    self.writer.create(name)

    def put(self, records: Iterable[IndexRecord]) -> PutResult:
        """Write by batches; alerts are searchable when this returns, the others at the next refresh."""
        with self._errors():
            result = self.writer.put(records)
            if result.created or result.updated:
                self._refresh(Entity.ALERT)
        return result

    def delete(self, entity: Entity, ids: Iterable[str]) -> int:
        """Delete by id, wherever the records are."""
        with self._errors():
            return self.writer.delete(entity, ids)

    def get(self, entity: Entity, record_id: str) -> IndexRecord | None:
        """The record as last written."""
        with self._errors():
            held = self.writer.locate([(entity, record_id)])[entity, record_id]
            if not held:
                return None
            try:
                stored = self.client.get(index=held[0].index, id=record_id)
            except NotFoundError:  # deleted since
                return None
        return mapping.record(entity, stored["_source"])

    def search(self, query: Query) -> Results:
        """One request for page, total and facets."""
        protocol.check(query)
        with self._errors():
            answer = self.client.search(**mapping.request(query), **self._target(query.entity))
            if not answer["_shards"]["total"]:
                self._prepared()
        hits = tuple(
            Hit(record=mapping.record(query.entity, hit["_source"]), score=hit["_score"] or 0.0)
            for hit in answer["hits"]["hits"]
        )
        counts = mapping.counts(answer.get("aggregations", {}))
        return Results(total=answer["hits"]["total"]["value"], hits=hits, facets=protocol.facets(counts))

    def count(self, entity: Entity) -> int:
        """Records of one entity."""
        with self._errors():
            answer = self.client.count(**self._target(entity))
            if not answer["_shards"]["total"]:
                self._prepared()
        return int(answer["count"])

    def dump(self, entity: Entity) -> Iterator[IndexRecord]:
        """Every record by id, from one point in time."""
        with self._errors():
            if not self.writer.parts(entity):
                return
            self._refresh(entity)
            point = self.client.open_point_in_time(index=mapping.alias(self.prefix, entity), keep_alive="5m")["id"]
        try:
            yield from self._dumped(entity, point)
        finally:
            with self._errors():
                self.client.close_point_in_time(id=point)

    def _dumped(self, entity: Entity, point: str) -> Iterator[IndexRecord]:
        after: list[Any] | None = None
        while True:
            with self._errors():
                answer = self.client.search(
                    pit={"id": point, "keep_alive": "5m"},
                    sort=[{"id": "asc"}],
                    size=PAGE,
                    search_after=after,
                    allow_partial_search_results=False,
                )
            hits = answer["hits"]["hits"]
            if not hits:
                return
            yield from (mapping.record(entity, hit["_source"]) for hit in hits)
            after = hits[-1]["sort"]

    def clear(self) -> None:
        """Delete the indices of every version and prepare anew."""
        with self._errors():
            for entity in Entity:
                self._drop(self._indices(entity))
        self.prepare()

    def remove(self) -> None:
        """Delete indices and templates: nothing of this installation stays on the server."""
        with self._errors():
            for entity in Entity:
                self._drop(self._indices(entity))
                self.client.indices.delete_index_template(name=mapping.base(self.prefix, entity))

    def drop_empty_months(self) -> list[str]:
        """Delete monthly indices that hold nothing, each blocked for writing first so that nothing can come in."""
        with self._errors():
            self._refresh(Entity.DOCUMENT)
            parts = self.writer.parts(Entity.DOCUMENT)
            dropped = [part for part in parts if self._is_empty(part) and self._dropped(part)]
        return [part[-len("2026-11") :] for part in dropped]

    def _dropped(self, part: str) -> bool:
        self.client.indices.add_block(index=part, block="write")
        self.client.indices.refresh(index=part)
        if empty := self._is_empty(part):
            self.client.indices.delete(index=part)
        else:
            self.client.indices.put_settings(index=part, settings={"index.blocks.write": None})
        return empty

    def refresh(self) -> None:
        """Make what was written searchable."""
        with self._errors():
            for entity in Entity:
                self._refresh(entity)

    def purge(self) -> None:
        """Rewrite the segments that hold deleted records; takes up to half a minute.

        Elasticsearch keeps what was deleted for replicas that might catch up, and moves that mark every 30 s only.
        """
        with self._errors():
            self.refresh()  # what was deleted since is counted from here on
            self._await_history({part: marks["last"] for part, marks in self._history().items()})
            for entity in Entity:
                target = self._target(entity)
                self.client.indices.flush(force=True, **target)  # merges go by the mark of the last commit
                self.client.options(request_timeout=600).indices.forcemerge(only_expunge_deletes=True, **target)

    def _await_history(self, last: dict[str, int]) -> None:
        deadline = time.monotonic() + HISTORY_SECONDS
        while any(marks["kept"] <= last.get(part, -1) for part, marks in self._history().items()):
            if time.monotonic() > deadline:
                raise VaneError(f"{self.shown} still keeps what was deleted, for a replica that is away: purge again")
            time.sleep(1)

    def _history(self) -> dict[str, dict[str, int]]:
        """For each index the number of its last operation, and of the first one still kept for replicas."""
        names = [part for entity in Entity for part in self.writer.parts(entity)]
        answer = self.client.indices.stats(index=f"{self.prefix}-*", metric="docs", level="shards")["indices"]
        found = {}
        for name in set(names) & set(answer):
            shards = [copy for copies in answer[name]["shards"].values() for copy in copies]
            if any(copy["docs"]["deleted"] for copy in shards):
                kept = [lease["retaining_seq_no"] for s in shards for lease in s["retention_leases"]["leases"]]
                found[name] = {"last": max(s["seq_no"]["max_seq_no"] for s in shards), "kept": min(kept, default=0)}
        return found

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _target(self, entity: Entity) -> dict[str, Any]:
        """The alias, which names nothing before the first month."""
        return {"index": mapping.alias(self.prefix, entity), "ignore_unavailable": True, "allow_no_indices": True}

    def _refresh(self, entity: Entity) -> None:
        self.client.indices.refresh(**self._target(entity))

    def _is_empty(self, part: str) -> bool:
        try:
            return not self.client.count(index=part)["count"]
        except ApiError as error:
            if error.status_code in (404, 503):  # dropped by another, or just being made for somebody's record
                return False
            raise

    def _prepared(self) -> None:
        if not self.client.indices.exists(index=mapping.base(self.prefix, Entity.ALERT)):
            raise VaneError(f"{self.shown} holds no index {self.prefix} of version {mapping.VERSION}: run vane reindex")

    def _indices(self, entity: Entity) -> list[str]:
        return sorted(self.client.indices.get(index=f"{mapping.alias(self.prefix, entity)}-v*", features="aliases"))

    def _foreign(self, entity: Entity) -> list[str]:
        name = mapping.base(self.prefix, entity)
        return [index for index in self._indices(entity) if index != name and not index.startswith(f"{name}-")]

    def _drop(self, indices: list[str]) -> None:
        for first in range(0, len(indices), NAMES):
            self.client.indices.delete(index=indices[first : first + NAMES], ignore_unavailable=True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """One line with the remedy; never what the server quotes, which may be a text."""
        try:
            yield
        except AuthenticationException as error:
            raise VaneError(f"{self.shown} refuses the login: check VANE_ES_USER and VANE_ES_PASSWORD_FILE") from error
        except AuthorizationException as error:
            raise VaneError(f"{self.shown} refuses this user: {ROLES}") from error
        except ApiError as error:
            raise VaneError(
                f"{self.shown} answers {api_reason(error)}: see its log, then run the step again"
            ) from error
        except NoConnection as error:
            raise VaneError(f"{self.shown} does not answer: start Elasticsearch, or correct ES_URL") from error
        except TransportError as error:
            raise VaneError(f"{self.shown} cannot be used ({type(error).__name__}): correct ES_URL") from error


def _password(settings: Settings) -> str:
    try:
        return Path(settings.es_password_file).read_text().strip()
    except OSError as error:
        raise VaneError(
            f"cannot read VANE_ES_PASSWORD_FILE ({error.strerror}): name a file with the password"
        ) from error
