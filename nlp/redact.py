"""Takes names of persons, handles and contact details out of running text, and finds names in searches."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from nlp import shipped
from nlp.redaction import lists, patterns, tokens
from nlp.redaction.patterns import CONTACT, HANDLE, NAME, Span
from nlp.redaction.reader import Reader, of_payload
from nlp.redaction.tokens import Token

Finder = Callable[[Sequence[Token]], list[bool]]
WORD = re.compile(r"[^\W\d_]+")
LINKS = r"(?:[-_+.]|%20)"  # what joins words inside a web address
TURNS = 24  # times a text is read again with what was found taken out; the gold texts need 2 at most
PATIENCE = 12  # turns after which a find takes all that stands between the blanks around it
JOINTS = frozenset("-‐‑–.'’&")  # signs that may stand inside one name: Smith-Jones, J. Khan


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without persons; `count` replacements were made and `words` words went."""

    text: str
    count: int = 0
    words: int = 0


class Redactor:
    """Finds and replaces; holds lists only, so one object serves any number of threads and texts."""

    def __init__(self, find: Finder, find_in_query: Finder, places: Iterable[str] = ()) -> None:
        self._find, self._find_in_query = find, find_in_query
        self._places = lists.phrases(places)
        self._roles, self._bodies = lists.public_roles(), lists.no_persons()

    def redact(self, text: str) -> Redacted:
        """Names become [name], handles [handle], e-mail, phone and identity numbers [contact].

        A redacted text comes back as it is. Titles, public roles (lexicons/public_roles.txt) and known places stay.
        """
        found = self.spans(text)
        gone = sum(len(text[span.start : span.end].split()) for span in found)
        return Redacted(patterns.replace(text, found), len(found), gone)

    def spans(self, text: str) -> list[Span]:
        """What `redact` replaces: offsets in code points of the text as given, in order, without overlaps."""
        found: list[Span] = []
        now = text
        for turn in range(TURNS):
            fresh = patterns.spans(now) or self._names(now, self._find)
            if not fresh:
                break
            found = _merged(found, fresh if turn < PATIENCE else _whole(now, fresh))
            now = patterns.replace(text, found)
        return patterns.disjoint([*found, *_in_addresses(text, found)])

    def names(self, query: str) -> list[str]:
        """Names of persons in a search, as they stand there; a search that has any is refused."""
        return [query[span.start : span.end] for span in self._names(query, self._find_in_query)]

    def url(self, address: str) -> str:
        """A web address without the account it names."""
        return patterns.replace(address, [Span(s, e, HANDLE) for s, e in patterns.accounts(address)])

    def _names(self, text: str, find: Finder) -> list[Span]:
        pieces = tokens.split(text)
        chosen = find(pieces)
        if not any(chosen):
            return []
        runs = _runs(text, pieces, chosen)
        kept = _Stretches(self._kept(pieces))
        return [_span(pieces, run) for run in runs if not kept.hold(*run)]

    def _kept(self, pieces: Sequence[Token]) -> list[tuple[int, int]]:
        """Stretches of tokens that name a public role, or a place, firm or character without a title before it."""
        at = [i for i, piece in enumerate(pieces) if piece.kind in ("word", "tag")]
        words = [pieces[i].text.casefold().replace("’", "'") for i in at]
        kept = lists.covered(words, self._roles)
        for known in (self._places, self._bodies):
            kept += [(f, e) for f, e in lists.covered(words, known) if not (f and words[f - 1] in lists.PERSONAL)]
        return [(at[first], at[last - 1] + 1) for first, last in kept]


def load(places: Iterable[str] = ()) -> Redactor:
    """The shipped redactor; `places` (an area's gazetteer) stay in texts unless a title precedes them.

    Raises ModelRefused where the model file is absent or is not the one its sum was noted for.
    """
    reader = _reader()
    return Redactor(reader.find, reader.find_in_query, places)


@cache
def _reader() -> Reader:
    return of_payload(shipped.read(shipped.FOLDER / "redact", "names")[0])


def _in_addresses(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """Where a full name found in the text stands again in a web address, as in /news/priya-nandakumar-wins."""
    addresses = list(patterns.URL.finditer(text))
    if not addresses:
        return  # by far the commonest case
    names = {tuple(WORD.findall(text[span.start : span.end].casefold())) for span in found if span.mark == NAME}
    full = [LINKS.join(map(re.escape, words)) for words in sorted(names) if len(words) > 1]
    if full and (pattern := re.compile(rf"(?<![^\W\d_])(?:{'|'.join(full)})(?![^\W\d_])", re.IGNORECASE)):
        for address in addresses:
            for match in pattern.finditer(text, *address.span()):
                yield Span(*match.span(), NAME)


def _runs(text: str, pieces: Sequence[Token], chosen: Sequence[bool]) -> list[tuple[int, int]]:
    """Chosen tokens joined to whole names (first and past-the-last index), with [name] marks beside them."""
    runs: list[tuple[int, int]] = []
    for at, yes in enumerate(chosen):
        if not yes:
            continue
        if runs and _joined(text, pieces, runs[-1][1] - 1, at):
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    whole: list[tuple[int, int]] = []
    for run in (_with_marks(text, pieces, run) for run in runs):
        overlaps = whole and run[0] < whole[-1][1]
        whole.append((whole.pop()[0], run[1]) if overlaps else run)
    return whole


def _joined(text: str, pieces: Sequence[Token], left: int, right: int) -> bool:
    """Whether two chosen tokens are parts of one name: only blanks, or one joint, lie between."""
    between = pieces[left + 1 : right]
    gap = text[pieces[left].end : pieces[right].start]
    if "\n" in gap or len(gap) > 3:
        return False
    return not between or (len(between) == 1 and between[0].text in JOINTS)


def _with_marks(text: str, pieces: Sequence[Token], run: tuple[int, int]) -> tuple[int, int]:
    first, last = run
    while first and pieces[first - 1].text == NAME and text[pieces[first - 1].end : pieces[first].start] == " ":
        first -= 1
    while last < len(pieces) and pieces[last].text == NAME and text[pieces[last - 1].end : pieces[last].start] == " ":
        last += 1
    return first, last


class _Stretches:
    """Asks whether one of many stretches holds another, without asking each."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(stretches)
        self._firsts = [first for first, _ in ordered]
        self._furthest = list(accumulate((last for _, last in ordered), max))

    def hold(self, first: int, last: int) -> bool:
        """Whether one stretch begins at `first` or before and ends at `last` or after."""
        at = bisect_right(self._firsts, first)
        return bool(at) and last <= self._furthest[at - 1]


def _whole(text: str, found: Sequence[Span]) -> list[Span]:
    """The spans widened to the blanks around them."""
    wide: list[Span] = []
    for span in found:
        if wide and span.start < wide[-1].end:
            continue
        start, end = span.start, span.end
        while start and not text[start - 1].isspace() and not (wide and start <= wide[-1].end):
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        wide.append(Span(start, end, span.mark))
    return wide


def _span(pieces: Sequence[Token], run: tuple[int, int]) -> Span:
    return Span(pieces[run[0]].start, pieces[run[1] - 1].end, NAME)


def _merged(found: list[Span], fresh: list[Span]) -> list[Span]:
    """Spans of the original text: those found before and those found in the text with the former replaced."""
    starts, shifts, shift = [0], [0], 0
    for span in found:
        at = span.start + shift
        shift += len(span.mark) - (span.end - span.start)
        starts.append(at + len(span.mark))
        shifts.append(shift)

    def back(position: int) -> int:
        return position - shifts[bisect_right(starts, position) - 1]

    new = [Span(back(span.start), back(span.end), span.mark) for span in fresh]
    firsts = [span.start for span in new]
    old = [span for span in found if not (at := bisect_right(firsts, span.start)) or span.start >= new[at - 1].end]
    return sorted(old + new, key=lambda span: span.start)


__all__ = ["CONTACT", "HANDLE", "NAME", "Redacted", "Redactor", "load"]
