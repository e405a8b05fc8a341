"""What every page works with: settings, area, ledger, clock, sessions, index and templates, made once at start-up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from jinja2 import Environment
from starlette.requests import Request

from console.passwords import Passwords
from console.sessions import Sessions
from pipeline.areas import Area
from pipeline.index import SearchIndex, open_index, queries
from pipeline.index.queries import Words
from pipeline.ledger import Ledger
from pipeline.settings import Settings

Clock = Callable[[], datetime]


@dataclass
class Desk:
    """The stores and settings of one console."""

    settings: Settings
    area: Area
    ledger: Ledger
    clock: Clock
    sessions: Sessions
    passwords: Passwords
    templates: Environment
    _index: SearchIndex | None = None
    _words: Words | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def index(self) -> SearchIndex:
        """The search index, opened on first use."""
        with self._lock:
            if self._index is None:
                found = open_index(self.settings)
                found.prepare()
                self._index = found
            return self._index

    @property
    def words(self) -> Words:
        """What reads a search and takes names out of a report; loaded on first use, which takes seconds."""
        with self._lock:
            if self._words is None:
                self._words = queries.load(self.area.folder, self.area.places)
            return self._words

    def nameless(self, text: str) -> str:
        """What staff typed without names, handles and contacts: no store holds a person, ours included."""
        return self.words.redactor.redact(text).text

    def close(self) -> None:
        """Let go of the stores."""
        if self._index is not None:
            self._index.close()
        self.ledger.close()


def desk_of(request: Request) -> Desk:
    """The desk of the application that serves this request."""
    found: Desk = request.app.state.desk
    return found
