"""ModernGov's XML service: meetings, and an entry for each agenda item with its minutes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from crawlers import markup
from crawlers.items import Entry, Kind
from crawlers.markup import field, local
from crawlers.pages.dates import BRITISH, when
from crawlers.spiders.account import Malformed
from crawlers.spiders.base import Found, SourceSpider

SERVICE = "mgWebService.asmx"
BACK, AHEAD = timedelta(days=28), timedelta(days=14)
CANCELLED = "cancelled"


class ModernGovSpider(SourceSpider):
    """Asks the meetings of four weeks back and two ahead, then each meeting."""

    name = "moderngov"

    def first(self) -> Iterator[Request]:
        """The list of meetings; an address with a query or a file's name is asked as it is."""
        url = self.source.url
        if "?" in url or url.endswith((".xml", ".txt")):
            yield from self.ask(url, self.read, seed=True)
            return
        day = self.now.astimezone(BRITISH)
        asked = {"lCommitteeId": 0, "sFromDate": f"{day - BACK:%d/%m/%Y}", "sToDate": f"{day + AHEAD:%d/%m/%Y}"}
        yield from self.ask(f"{self._service(url)}/GetMeetings?{urlencode(asked)}", self.read, seed=True)

    @staticmethod
    def _service(url: str) -> str:
        return f"{url.split(SERVICE)[0].rstrip('/')}/{SERVICE}"

    def read(self, response: Response) -> Found:
        """A list of meetings, or a meeting."""
        try:
            root = markup.tree(response.body)
        except markup.Bomb as error:
            raise Malformed("XML bomb", str(error)) from error
        except ValueError as error:
            raise Malformed("malformed XML", f"{error}: look at its address in a browser") from error
        if local(root) == "getmeetings":
            yield from self._meetings(root, response)
        elif local(root) == "meeting":
            yield from self._items(root, response)
        else:
            raise Malformed("unknown answer", f"it is <{local(root)}>: the address must be that of {SERVICE}")

    def _meetings(self, root: Any, response: Response) -> Found:
        if SERVICE not in response.url:
            return  # a saved list; its meetings are not beside it
        for meeting in root.iter():
            if local(meeting) == "meeting" and field(meeting, "meetingstatus").lower() != CANCELLED:
                number = field(meeting, "meetingid")
                yield from self.ask(f"{self._service(response.url)}/GetMeeting?lMeetingId={number}", self.read)

    def _items(self, root: Any, response: Response) -> Found:
        base = response.url.split(SERVICE)[0].rsplit("/", 1)[0]
        for item in root.iter():
            if local(item) == "agendaitem" and field(item, "isrestricted").lower() != "true":
                entry = self._entry(root, item, base)
                if entry.text:
                    self.account.list(entry.url)
                    yield self.account.entry(response.url, entry)

    def _entry(self, meeting: Any, item: Any, base: str) -> Entry:
        parts = [field(item, name) for name in ("agendatext", "minutesnonemptyhtmlbody")]
        committee = field(item, "refertocommittee") or field(meeting, "committeetitle")
        title = field(item, "agendaitemtitle")
        return Entry(
            url=f"{base}/mgAi.aspx?ID={field(item, 'agendaitemid')}",  # the item's own page
            title=f"{committee}: {title}" if committee else title,
            text="".join(f"<div>{part}</div>" for part in parts if part),
            html=True,
            published=self._published(meeting, item),
            kind=Kind.COMMITTEE,
        )

    def _published(self, meeting: Any, item: Any) -> str:
        """When the words came out: the meeting's time once it was held; before that, the papers' date."""
        held = when(f"{field(meeting, 'meetingdate')} {field(meeting, 'meetingtime')}")
        if held is not None and held <= self.now:
            return held.isoformat()
        papers = [when(field(doc, "publicationdate")) for doc in item.iter() if local(doc) == "linkeddoc"]
        out: list[datetime] = [moment for moment in papers if moment is not None and moment <= self.now]
        return min(out).isoformat() if out else ""
