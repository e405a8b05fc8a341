"""Reads labelled texts (CoNLL files, project sentences, gold texts) as text with a flag per character."""

import gzip
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp import public
from nlp.redaction import lists, patterns
from nlp.redaction.tokens import split

UNKNOWN, OTHER, PERSON = 2, 0, 1
PERSONS = frozenset({"B-PER", "I-PER", "B-person", "I-person"})
NO_BLANK_BEFORE = frozenset({*".,!?:;)", "'s", "’s", "n't", "n’t", "'m", "'re", "'ll", "'ve", "'d"})
NO_PERSONS = frozenset(
    {"lanka", "qaeda", "qaida", "al-qaeda", "san", "las", "los", "new", "st.", "st", "saint", "fort", "-"}
)
CHUNK = (1, 2, 4, 3, 8)  # sentences taken together, in turn, so that texts of every length are met
Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A text with PERSON, OTHER or UNKNOWN for each code point, and the set it is from."""

    text: str
    flags: bytes
    source: str


def broad_twitter(shared: Path, part: str) -> list[Example]:
    """`train` (a, b, e, g, first half of h), `dev` (second half of h) or `test` (f)."""
    folder = shared / "datasets" / "ner_broad_twitter_corpus"
    half = list(_conll(folder / "h.conll.gz"))
    if part == "test":
        rows = list(_conll(folder / "f.conll.gz"))
    elif part == "dev":
        rows = half[len(half) // 2 :]
    else:
        rows = [row for name in "abeg" for row in _conll(folder / f"{name}.conll.gz")] + half[: len(half) // 2]
    return [example(tokens, "broad_twitter") for tokens in rows]


def wnut(shared: Path, part: str) -> list[Example]:
    """`train`, `dev` or `test` of WNUT-17."""
    rows = _conll(shared / "datasets" / "ner_wnut17" / f"{part}.conll.gz")
    return [example(tokens, "wnut17") for tokens in rows]


def uner(shared: Path, part: str, whole: bool = True) -> list[Example]:
    """`dev` or `test` of Universal NER English EWT, document by document or sentence by sentence."""
    path = shared / "datasets" / "ner_uner_ewt" / f"{part}.iob2.gz"
    found: list[Example] = []
    for document in _documents(path):
        sentences = [_anchored(text, [(r[1], r[2] in PERSONS) for r in rows], "uner_ewt") for text, rows in document]
        found += [joined(sentences)] if whole else sentences
    return found


def ewt_silver(shared: Path) -> list[Example]:
    """UD English EWT train: proper nouns joined by `flat`, a first name among them, are persons; others are unknown."""
    found: list[Example] = []
    for document in _documents(shared / "datasets" / "ud_english_ewt" / "en_ewt-ud-train.conllu.gz"):
        persons = {name for _, rows in document for name in _flat_names(rows)}
        sure = {word for name in persons for word in name}
        sentences = [_anchored(text, _silver(rows, sure), "ewt_silver") for text, rows in document]
        sizes = itertools.cycle(CHUNK)
        while sentences:
            size = next(sizes)
            found.append(joined(sentences[:size]))
            sentences = sentences[size:]
    return found


def project(path: Path) -> list[Example]:
    """The project's own sentences: {id, text, spans, heritage}."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        flags = bytearray(len(record["text"]))
        for span in record["spans"]:
            start, end = (span["start"], span["end"]) if isinstance(span, dict) else span[:2]
            flags[start:end] = bytes([PERSON]) * (end - start)
        found.append(Example(record["text"], bytes(flags), record["heritage"] or "none"))
    return found


def ordinary(shared: Path, spans: Path) -> list[Example]:
    """The half of Hansard and petition titles that may train; `spans` says by id where persons stand, read by eye."""
    lines = spans.read_text(encoding="utf-8").splitlines()
    named = {record["id"]: record["spans"] for record in map(json.loads, lines)}
    found: dict[str, Example] = {}
    for name in public.ORDINARY:
        with gzip.open(shared / "datasets" / "ordinary_uk" / name, "rt", encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                if public.chosen(row["text"], 2):
                    flags = bytearray(len(row["text"]))
                    for start, end in named.get(row["id"], ()):
                        flags[start:end] = bytes([PERSON]) * (end - start)
                    found.setdefault(row["text"], Example(row["text"], bytes(flags), "ordinary"))
    return list(found.values())


def gold(folder: Path) -> list[Example]:
    """Gold training texts of the reader: persons are [name] there; what still reads like one is unknown."""
    paths = sorted(folder.glob("train_*.jsonl"))
    texts = [json.loads(line)["text"] for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [Example(text, _left(text), "gold") for text in texts]


def _left(text: str) -> bytes:
    """OTHER everywhere but at usual first names and after titles, where a writer may have left a name standing."""
    flags, before = bytearray(len(text)), ""
    for token in split(text):
        low = token.text.casefold()
        usual = lists.first_names().get(low, 0) > 3 and low not in ("will", "may", "hope", "grace", "mark", "rose")
        if token.text[0].isupper() and (usual or before in lists.FORMAL):
            flags[token.start : token.end] = bytes([UNKNOWN]) * (token.end - token.start)
        before = low if token.text != "." else before
    return bytes(flags)


def joined(parts: Iterable[Example]) -> Example:
    """Examples as one text, with blanks between."""
    listed = list(parts)
    return Example(" ".join(p.text for p in listed), b"\0".join(p.flags for p in listed), listed[0].source)


def masked(one: Example) -> Example:
    """The example as it is after handles and contact details are replaced."""
    text, flags, at = "", bytearray(), 0
    for span in patterns.spans(one.text):
        text += one.text[at : span.start] + span.mark
        flags += one.flags[at : span.start] + bytes(len(span.mark))
        at = span.end
    return Example(text + one.text[at:], bytes(flags + one.flags[at:]), one.source)


def example(tokens: Iterable[Row], source: str) -> Example:
    """CoNLL tokens as running text: signs close to words, `@ name` and `# tag` as one."""
    text, flags, glue = "", bytearray(), True
    for word, tag in tokens:
        if not (glue or word in NO_BLANK_BEFORE):
            text += " "
            flags += b"\0"
        text += word
        flags += bytes([PERSON if tag in PERSONS else OTHER]) * len(word)
        glue = word in ("@", "#", "(", "“")
    return Example(text, bytes(flags), source)


def _anchored(text: str, tokens: Iterable[tuple[str, bool | int]], source: str) -> Example:
    """Tokens laid over the sentence they were cut from."""
    flags, at = bytearray(len(text)), 0
    for word, flag in tokens:
        start = text.find(word, at)
        if start >= 0:
            flags[start : start + len(word)] = bytes([int(flag)]) * len(word)
            at = start + len(word)
    return Example(text, bytes(flags), source)


def _flat_names(rows: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """Names whose parts the treebank joins by `flat` and whose first is a first name."""
    words = {row[0]: row for row in rows}
    parts: dict[str, list[str]] = {}
    for row in rows:
        head = words.get(row[6])
        if row[7] == "flat" and row[3] == "PROPN" and head is not None and head[3] == "PROPN":
            parts.setdefault(row[6], [head[1]]).append(row[1])
    for name in parts.values():
        listed = [word for word in name if lists.first_names().get(word.casefold(), 0)]
        if listed and not NO_PERSONS.intersection(map(str.casefold, name)):
            yield tuple(word for word in name if word.casefold().rstrip(".") not in lists.PERSONAL)


def _silver(rows: list[list[str]], persons: set[str]) -> Iterator[tuple[str, int]]:
    for row in rows:
        if "-" in row[0] or "." in row[0]:
            continue
        unsure = UNKNOWN if row[3] in ("PROPN", "X") else OTHER
        yield row[1], PERSON if row[3] == "PROPN" and row[1] in persons else unsure


def _documents(path: Path) -> Iterator[list[tuple[str, list[list[str]]]]]:
    """Documents of a CoNLL-U-like file: (text of the sentence, rows of columns)."""
    document: list[tuple[str, list[list[str]]]] = []
    text, rows = "", []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in itertools.chain(lines, ["\n"]):
            if line.startswith("# newdoc") and document:
                yield document
                document = []
            elif line.startswith("# text = "):
                text = line[9:].rstrip("\n")
            elif line.strip() and not line.startswith("#"):
                rows.append(line.rstrip("\n").split("\t"))
            elif not line.strip() and rows:
                document.append((text, rows))
                rows = []
    yield document


def _conll(path: Path) -> Iterator[list[Row]]:
    """Posts of a `token TAB tag` file."""
    rows: list[Row] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in itertools.chain(lines, [""]):
            word, _, tag = line.rstrip("\n").partition("\t")
            if word.strip() and tag:
                rows.append((re.sub(r"\s", "", word), tag))
            elif rows:
                yield rows
                rows = []
