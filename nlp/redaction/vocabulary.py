"""Learns from open texts which words are common, which belong to places, and which letters names are made of."""

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlp.redaction import lists
from nlp.redaction.compilation import rows
from nlp.redaction.wordlists import grams

GOLD = Path(__file__).parents[1] / "gold"
COMMONNESS = (1, 5, 50, 400)  # borders of the ranks of common words: times met in lower case
FEWEST = 7  # times a word of chatter, where names are in lower case too, is met before it counts as common
LETTERS_KEPT = 0.12  # smallest weight of a run of letters worth shipping
TOWNS = ("city", "town", "authority", "county")
SETTLED = ("city", "town", "suburb", "village", "ward", "ward_part", "authority", "county")  # kinds of place in pairs
_LOWER = re.compile(r"(?<![\w'’@#/.-])[a-z]+(?:['’][a-z]+)*(?![\w@/-])")


def common_words(shared: Path) -> dict[str, int]:
    """Rank 1 to 4 of a word met in lower case: twice in EWT, Hansard, petitions or gold texts, or often in EDOS."""
    counts: Counter[str] = Counter()
    for text in _texts(shared):
        counts.update(word.replace("’", "'") for word in _LOWER.findall(text))
    chatter = Counter(word.replace("’", "'") for text in _chatter(shared) for word in _LOWER.findall(text))
    register = lists.first_names()
    for word, count in chatter.items():
        if word in counts or (count > FEWEST and register.get(word, 0) < 2):
            counts[word] += count // 4
    for word, count in Counter(word.replace("’", "'") for text in _gold() for word in _LOWER.findall(text)).items():
        if count > 1:  # persons are [name] in these texts, so what is in lower case is no name
            counts[word] = max(counts[word], 2) + count // 2
    ranks = {word: sum(count > border for border in COMMONNESS) for word, count in counts.items()}
    return {word: rank for word, rank in ranks.items() if rank}


def place_words(shared: Path, common: dict[str, int]) -> dict[str, int]:
    """3 for a town, 2 for another whole name of a place (or a word in six), 1 for one in two; common words left out."""
    counts: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    folder = shared / "datasets" / "geography"
    names = {row["name"] for row in rows(folder / "gazetteer_uk.csv.gz")}
    with (folder / "ward_lookup.csv").open(encoding="utf-8", newline="") as lines:
        header = next(csv.reader(lines))
        column = next(i for i, title in enumerate(header) if "name" in title.lower())
        names.update(row[column] for row in csv.reader(lines))
    for name in names:
        words = [word for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", name.casefold()) if len(word) > 2]
        counts.update(words)
        if len(words) == 1:
            whole[words[0]] += 1
    ranks = {word: 2 if whole[word] or count > 5 else 1 for word, count in counts.items() if whole[word] or count > 1}
    towns = {row["name"].casefold() for row in rows(folder / "gazetteer_uk.csv.gz") if row["type"] in TOWNS}
    ranks |= {town: 3 for town in towns if town.isalpha()}
    ranks = {word: rank for word, rank in ranks.items() if common.get(word, 0) < 3}
    return ranks | dict.fromkeys(_not_persons(), 2)


def place_pairs(shared: Path) -> list[str]:
    """Names of towns, villages, suburbs and wards of two words of which one is also a name: hazel grove."""
    first, last = lists.first_names(), lists.surnames()
    found = set()
    for row in rows(shared / "datasets" / "geography" / "gazetteer_uk.csv.gz"):
        words = lists.words_of(row["name"]) if row["type"] in SETTLED else ()
        if len(words) == 2 and any(first.get(word, 0) > 2 or last.get(word, 0) > 1 for word in words):
            found.add(" ".join(words))
    return sorted(found)


def letter_weights(common: dict[str, int], places: dict[str, int], composed: Iterable[str]) -> dict[str, float]:
    """Log-odds of runs of letters in names against other words; C is small so that unlisted names are told as well."""
    names = {*lists.first_names(), *lists.surnames(), *composed}
    others = sorted(({*common} | {p for p in places}) - {n for n in names if lists.first_names().get(n, 0) > 2})
    names_only = sorted(names - {w for w, rank in common.items() if rank > 1} - {*places})
    words = names_only + others
    weights = np.array([1.0] * len(names_only) + [1.5 if w in common else 0.5 for w in others])
    index = _index(words)
    matrix = _matrix(words, index)
    model = LogisticRegression(C=0.2, solver="liblinear", random_state=0)
    model.fit(matrix, [word < len(names_only) for word in range(len(words))], sample_weight=weights)
    found = {gram: round(float(model.coef_[0, at]), 2) for gram, at in index.items()}
    return {gram: weight for gram, weight in found.items() if abs(weight) > LETTERS_KEPT}


def _index(words: list[str]) -> dict[str, int]:
    counts = Counter(gram for word in words for gram in grams(word))
    return {gram: at for at, gram in enumerate(sorted(gram for gram, count in counts.items() if count > 7))}


def _matrix(words: list[str], index: dict[str, int]) -> sparse.csr_matrix:
    columns, ends = [], [0]
    for word in words:
        columns += [index[gram] for gram in sorted(grams(word)) if gram in index]
        ends.append(len(columns))
    return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(words), len(index)))


def _texts(shared: Path) -> Iterator[str]:
    folder = shared / "datasets"
    with gzip.open(folder / "ud_english_ewt" / "en_ewt-ud-train.conllu.gz", "rt", encoding="utf-8") as lines:
        yield from (line[9:] for line in lines if line.startswith("# text = "))
    for name in ("hansard", "petitions_titles"):
        with gzip.open(folder / "ordinary_uk" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def _gold() -> Iterator[str]:
    """Training texts of the reader."""
    for path in sorted(GOLD.glob("train_*.jsonl")):
        yield from (json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines())


def _not_persons() -> set[str]:
    """Countries, cities, faiths, brands, outlets and clubs the project lists."""
    lines = (lists.FOLDER / "not_persons.txt").read_text(encoding="utf-8").splitlines()
    return {word.casefold() for line in lines if not line.startswith("#") for word in line.split()}


def _chatter(shared: Path) -> Iterator[str]:
    with gzip.open(shared / "datasets" / "edos" / "train.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        yield from (row["text"] for row in csv.DictReader(lines))
