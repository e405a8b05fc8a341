"""What stands beside a place's name in a text, and the lists of words that tell by it what the name means."""

from pathlib import Path
from typing import NamedTuple

import yaml
from spacy.tokens import Doc, Span

LEXICONS = Path(__file__).parent / "lexicons"
LISTS: dict[str, list[str]] = yaml.safe_load((LEXICONS / "place_vetoes.yml").read_text(encoding="utf-8"))


class Around(NamedTuple):
    """What stands beside a match: two words before and after it in lower case, and whether it opens its sentence."""

    doc: Doc
    span: Span
    before: str
    earlier: str
    follows: str
    beyond: str
    opens: bool

    @property
    def titled(self) -> bool:
        """Whether the word after is capitalised and belongs to the same run."""
        end = self.span.end
        return bool(end < len(self.doc) and self.doc[end].text[0].isupper())

    def word(self, ahead: int) -> str:
        """The word so many places after the match in lower case, 0 being the next; "" beyond the text's end."""
        at = self.span.end + ahead
        return str(self.doc[at].lower_).rstrip(".") if at < len(self.doc) else ""


def look(doc: Doc, span: Span) -> Around:
    """What stands beside the span."""
    start, end = span.start, span.end
    before = doc[start - 1].text if start else ""
    return Around(
        doc, span,
        before=before.lower(),
        earlier=doc[start - 2].lower_ if start > 1 else "",
        follows=doc[end].lower_.rstrip(".") if end < len(doc) else "",
        beyond=doc[end + 1].lower_ if end + 1 < len(doc) else "",
        opens=not start or not (before[0].isalnum() or before in ",'’&-/#"),
    )  # fmt: skip
