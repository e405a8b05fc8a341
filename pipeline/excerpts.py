"""Cut a text around its main evidence: pure, offsets go with it."""

from collections.abc import Sequence

from nlp.annotations import Annotation, Evidence
from pipeline.records import AnnotatedDocument, Excerpt

LENGTH = 280  # characters, the longest excerpt of a text whose licence is not on file


def window(text: str, evidence: Sequence[Evidence], length: int = LENGTH) -> tuple[int, int]:
    """Start and end of the piece of `text` of at most `length` code points that holds the heaviest evidence."""
    if len(text) <= length:
        return 0, len(text)
    heaviest = max(evidence, key=lambda span: (span.weight, -span.start), default=None)
    centre = 0 if heaviest is None else (heaviest.start + heaviest.end) // 2
    start = max(0, min(centre - length // 2, len(text) - length))
    return _whole_words(text, start, start + length)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends inwards to a space, where there is one near."""
    if start > 0 and (space := text.find(" ", start, start + 30)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", end - 30, end)) > start:
        end = space
    return start, end


def excerpt(item: AnnotatedDocument, length: int = LENGTH) -> Excerpt:
    """The piece of a document an alert keeps, with the evidence spans inside it."""
    text = item.document.full_text
    start, end = window(text, item.annotation.evidence, length)
    inside = [span for span in item.annotation.evidence if start <= span.start and span.end <= end]
    return Excerpt(
        document=item.document.id,
        source=item.document.source,
        kind=item.document.kind,
        url=item.document.url,
        published_at=item.document.published_at,
        text=text[start:end],
        spans=tuple((span.start - start, span.end - start, span.label) for span in inside),
    )


def trimmed(item: AnnotatedDocument, length: int = LENGTH) -> AnnotatedDocument:
    """The document as it stays when only headline, link and an excerpt may: text cut, offsets moved."""
    document = item.document
    offset = len(document.full_text) - len(document.text)
    start, end = window(document.text, _shifted(item.annotation, offset), length)
    kept = document.model_copy(update={"text": document.text[start:end]})
    return item.model_copy(
        update={"document": kept, "annotation": _moved(item.annotation, offset, start, end), "lemmas": ""}
    )


def _shifted(annotation: Annotation, offset: int) -> list[Evidence]:
    """Evidence in the body, with offsets in the body."""
    inside = (span for span in annotation.evidence if span.start >= offset)
    return [span.model_copy(update={"start": span.start - offset, "end": span.end - offset}) for span in inside]


def _moved(annotation: Annotation, offset: int, start: int, end: int) -> Annotation:
    """Spans of the title stay, spans in the kept piece move with it, others go."""

    def place(first: int, last: int) -> tuple[int, int] | None:
        if last <= offset:
            return first, last
        if offset + start <= first and last <= offset + end:
            return first - start, last - start
        return None

    evidence = [(span, place(span.start, span.end)) for span in annotation.evidence]
    mentions = [(span, place(span.start, span.end)) for span in annotation.mentions]
    return annotation.model_copy(
        update={
            "evidence": tuple(
                span.model_copy(update=dict(zip(("start", "end"), at, strict=True))) for span, at in evidence if at
            ),
            "mentions": tuple(
                span.model_copy(update=dict(zip(("start", "end"), at, strict=True))) for span, at in mentions if at
            ),
        }
    )
