"""What every stage is given: the clock, the settings, the stores and the window."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.areas import Area
from pipeline.areas import load as load_area
from pipeline.index import open_index
from pipeline.index.protocol import SearchIndex
from pipeline.ledger import Ledger
from pipeline.settings import Settings

if TYPE_CHECKING:  # spaCy and the models take a second to import: only stages that read texts wait for them
    from nlp.annotate import Reader
    from nlp.redact import Redactor

MACHINE = "machine"
COMMAND = "command line"  # whoever may run commands on the server; who it was is not asked


@dataclass(frozen=True)
class Context:
    """One run of one stage over [since, until) in one area; models are loaded when first asked for."""

    settings: Settings
    ledger: Ledger
    area: Area
    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    _loaded: dict[str, object] = field(default_factory=dict)

    @property
    def end(self) -> datetime:
        """The end of the window: never after now."""
        return min(self.until or self.now, self.now)

    @property
    def reader(self) -> "Reader":
        """The reader of texts, with this area's places."""
        return self._once("reader", self._reader)  # type: ignore[return-value]

    @property
    def redactor(self) -> "Redactor":
        """What takes names out of texts."""
        return self._once("redactor", self._redactor)  # type: ignore[return-value]

    @property
    def index(self) -> SearchIndex:
        """The search index these settings name, ready to be written."""

        def opened() -> SearchIndex:
            index = open_index(self.settings)
            index.prepare()
            return index

        return self._once("index", opened)  # type: ignore[return-value]

    def _redactor(self) -> "Redactor":
        from nlp import redact

        return redact.load(self.area.places)

    def _reader(self) -> "Reader":
        from nlp import annotate, gazetteer

        return annotate.load(self.area.folder, national=self.settings.data / gazetteer.NATIONAL)

    def _once(self, name: str, make: object) -> object:
        if name not in self._loaded:
            self._loaded[name] = make()  # type: ignore[operator]
        return self._loaded[name]

    def close(self) -> None:
        """Let go of the stores."""
        if "index" in self._loaded:
            self.index.close()
        self.ledger.close()

    def at(self, now: datetime) -> "Context":
        """The same run at another moment, with models and stores kept."""
        return Context(self.settings, self.ledger, self.area, now, self.since, self.until, self._loaded)


def open_context(
    settings: Settings,
    area: str,
    *,
    now: datetime | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Context:
    """The context of a command; the ledger is brought to this version first."""
    ledger = Ledger(settings.ledger_url)
    ledger.migrate()
    return Context(settings, ledger, load_area(settings, area), now or datetime.now(UTC), since, until)
