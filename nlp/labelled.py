"""Labelled texts (gold): reads the JSON lines of nlp/gold strictly."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp.annotations import Refused

ACTIVE = ("asserts", "amplifies", "incites")  # the stances that harm takes
GOLD = Path(__file__).parent / "gold"
Row = TypeVar("Row", bound=BaseModel)


class Labels(BaseModel):
    """What one person said of a text; `id` names the text."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    stance: str
    mechanisms: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    narrative: str | None = None
    signals: tuple[str, ...] = ()
    flag: bool
    hate: bool = False
    checkworthy: bool = False


class GoldText(Labels):
    """One labelled text; `pair` joins contrast pairs, `author` the texts of one imagined writer."""

    text: str
    kind: str = ""
    author: str = ""
    pair: str = ""


class Case(BaseModel):
    """One case of the functional test of hate: the group it names ("" for none) and the function it tests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    text: str
    hate: bool
    group: str
    function: str


def cases(path: Path) -> list[Case]:
    """The cases of a functional test; raises Refused naming the line of one that cannot be read."""
    return list(_records(path, Case))


def read(paths: Iterable[Path]) -> Iterator[GoldText]:
    """The texts of several files; raises Refused naming file and line of one that cannot be read."""
    for path in paths:
        yield from _records(path, GoldText)


def second(path: Path) -> Iterator[Labels]:
    """The second labels of a file; raises Refused naming the line of one that cannot be read."""
    return _records(path, Labels)


def training(folder: Path = GOLD) -> list[GoldText]:
    """The training part: every train_*.jsonl in name order."""
    texts = list(read(sorted(folder.glob("train_*.jsonl"))))
    if not texts:
        raise Refused(f"{folder} holds no train_*.jsonl; give the folder of gold texts")
    return texts


def held_out(folder: Path = GOLD) -> list[GoldText]:
    """The test part (test*.jsonl), scored by `vane evaluate` only."""
    return list(read(sorted(folder.glob("test*.jsonl"))))


def looked(counter: Path) -> int:
    """Count one more look at a test set in its counter, a JSON file beside the gold; how many there were."""
    times = int(json.loads(counter.read_text(encoding="utf-8"))["times"]) + 1 if counter.is_file() else 1
    counter.write_text(json.dumps({"times": times}) + "\n", encoding="utf-8")
    return times


def sides(texts: list[GoldText]) -> list[int]:
    """A number per text that texts of one author, and both sides of a pair, share (union of the two relations)."""
    parent = list(range(len(texts)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    first: dict[str, int] = {}
    for at, text in enumerate(texts):
        for key in (f"author {text.author}" if text.author else "", f"pair {text.pair}" if text.pair else ""):
            if key:
                parent[root(at)] = root(first.setdefault(key, at))
    return [root(at) for at in range(len(texts))]


def _records(path: Path, shape: type[Row]) -> Iterator[Row]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield _one(line, path, number, shape)


def _one(line: str, path: Path, number: int, shape: type[Row]) -> Row:
    try:
        return shape.model_validate(json.loads(line))
    except (json.JSONDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise Refused(f"{path}:{number}: {reason}; mend the line") from error


def lookalike(text: GoldText) -> bool:
    """A text on a watched subject, or in a stance that harm does not take, that must not be flagged."""
    return not text.flag and (text.narrative is not None or text.stance not in (*ACTIVE, "unrelated"))
