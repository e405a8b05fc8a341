"""The one view of a text that every axis shares: words, pairs of words, letters inside words, cues, groups meant."""

import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from nlp.cues import Cue, Cues
from nlp.groups import PERSONS, Groups, Unit
from nlp.phrases import Found, words

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
LETTERS = range(2, 6)
LONGEST = 24  # letters of a word that are read; longer ones are links and noise
CUE_SCALE, GROUP_SCALE = 0.35, 0.6  # chosen on the development folds


@dataclass(slots=True)
class Read:
    """One text as the view sees it: its units, the features of each, and its cues."""

    text: str
    units: list[Unit]
    found: list[Found]  # turns of phrase
    cues: list[Cue]
    word_ids: Ints  # features of the word block, one entry an occurrence
    word_at: Ints  # the unit each occurrence stands on (a pair of words: its first)
    singles: int  # occurrences of the word block that are words; pairs of words follow
    letter_ids: Ints
    letter_at: Ints

    @property
    def named(self) -> frozenset[str]:
        """The targets whose people are named (not their places of worship or customs)."""
        return frozenset(unit.target for unit in self.units if unit.form in PERSONS)


class View:
    """Turns texts into sparse rows [words and pairs | letters | cues | groups]; the first three are blind to groups."""

    def __init__(
        self, vocabulary: Sequence[str], letters: Sequence[str], idf: Floats, groups: Groups, cues: Cues
    ) -> None:
        self.groups, self.cues = groups, cues
        self.word_names, self.letter_names, self.idf = list(vocabulary), list(letters), idf
        self._word = {name: at for at, name in enumerate(vocabulary)}
        self._letter = {name: at for at, name in enumerate(letters)}
        self._cue = {name: at for at, name in enumerate(cues.names)}
        self.group_names = group_columns(groups)
        self._group = {name: at for at, name in enumerate(self.group_names)}
        self.blind = len(vocabulary) + len(letters) + len(cues.names)  # columns that cannot tell one group from another
        self.width = self.blind + len(self.group_names)
        self._letters_of = lru_cache(maxsize=20_000)(self._letter_ids)

    def length(self, text: str) -> int:
        """The words of a text, those for a group counted as one: who is meant does not change it."""
        return len(self.groups.hide(words(text)))

    def read(self, text: str, kind: str = "") -> Read:
        """The units, features and cues of one text."""
        units = self.groups.hide(words(text))
        known, at = self._word, range(len(units))
        forms = [unit.form for unit in units]
        found = [(i, n) for n in at if (i := known.get(forms[n])) is not None]
        singles = len(found)
        found += [(i, n) for n in at[:-1] if (i := known.get(f"{forms[n]} {forms[n + 1]}")) is not None]
        per_unit = [self._letters_of(form) for form in forms]
        ids = np.concatenate(per_unit) if per_unit else np.empty(0, np.int32)
        owners = np.repeat(np.arange(len(units), dtype=np.int32), [len(part) for part in per_unit])
        pairs = np.array(found, np.int32).reshape(-1, 2)
        turns = self.cues.find(units)
        cues = self.cues.read(text, units, turns, kind)
        return Read(text, units, turns, cues, pairs[:, 0], pairs[:, 1], singles, ids, owners)

    def parts(self, read: Read, spans: Sequence[tuple[int, int]]) -> list[Read]:
        """The same of pieces of a text read (code points, in order): what reading each by itself gives, for less."""
        starts = [unit.start for unit in read.units]
        return [
            self._part(read, (start, end), bisect_left(starts, start), bisect_left(starts, end)) for start, end in spans
        ]

    def _part(self, read: Read, span: tuple[int, int], first: int, after: int) -> Read:
        text, units = read.text[slice(*span)], read.units[first:after]
        turns = [
            Found(f.first - first, f.after - first, f.name) for f in read.found if first <= f.first < f.after <= after
        ]
        inside = (read.word_at >= first) & (read.word_at < after)
        inside[read.singles :] &= read.word_at[read.singles :] < after - 1  # a pair ends where the piece ends
        singles = int(np.count_nonzero(inside[: read.singles]))
        letters = slice(*np.searchsorted(read.letter_at, (first, after)))
        return Read(
            text,
            units,
            turns,
            self.cues.read(text, units, turns, start=span[0]),
            read.word_ids[inside],
            read.word_at[inside] - first,
            singles,
            read.letter_ids[letters],
            read.letter_at[letters] - first,
        )

    def matrix(self, reads: Sequence[Read]) -> sparse.csr_matrix:
        """Rows for texts read; a text's word block and letter block have length 1, cues and groups their own scale."""
        n_words, n_letters = len(self.word_names), len(self.letter_names)
        word_block = _counted([r.word_ids for r in reads], n_words, self.idf[:n_words])
        letter_block = _counted([r.letter_ids for r in reads], n_letters, self.idf[n_words:])
        parts = [word_block, letter_block, self._cue_block(reads), self._group_block(reads)]
        return sparse.hstack(parts, format="csr", dtype=np.float32)

    def group_ids(self, unit: Unit) -> list[int]:
        """Columns of the group block that a unit sets."""
        if not unit.target:
            return []
        names = (unit.target, f"{unit.target}:slur" if unit.form == "§slur" else "", unit.plain)
        return [self._group[name] for name in names if name in self._group]

    def cue_id(self, cue: Cue) -> int:
        """Column of the cue block that a cue sets."""
        return self._cue[cue.name]

    def _letter_ids(self, form: str) -> Ints:
        known = (self._letter.get(gram) for gram in letter_grams(form))
        return np.array([at for at in known if at is not None], np.int32)

    def _cue_block(self, reads: Sequence[Read]) -> sparse.csr_matrix:
        cells = [(row, self._cue[cue.name], cue.value * CUE_SCALE) for row, r in enumerate(reads) for cue in r.cues]
        return _block(cells, (len(reads), len(self.cues.names)))

    def _group_block(self, reads: Sequence[Read]) -> sparse.csr_matrix:
        marked = ((row, unit) for row, r in enumerate(reads) for unit in r.units if unit.target)
        cells = {(row, column) for row, unit in marked for column in self.group_ids(unit)}
        return _block(
            [(row, column, GROUP_SCALE) for row, column in sorted(cells)], (len(reads), len(self.group_names))
        )


def letter_grams(form: str) -> list[str]:
    """Runs of 2 to 5 letters of a word with a space at both ends; none for hidden groups and symbols."""
    if form[0] in "§[" or not form[0].isalnum():
        return []
    padded = f" {form[:LONGEST]} "
    return [padded[at : at + n] for n in LETTERS for at in range(len(padded) - n + 1)]


def fit(texts: Iterable[str], sizes: tuple[int, int], fewest: int, groups: Groups, cues: Cues) -> View:
    """A view with the commonest features of the texts (words and pairs, letters), each in `fewest` texts or more."""
    word_counts: Counter[str] = Counter()
    letter_counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        forms = [unit.form for unit in groups.hide(words(text))]
        word_counts.update({*forms, *(f"{a} {b}" for a, b in pairwise(forms))})
        letter_counts.update({gram for form in set(forms) for gram in letter_grams(form)})
    return _from_counts(word_counts, letter_counts, total, sizes, fewest, groups, cues)


def _from_counts(
    word_counts: Counter[str],
    letter_counts: Counter[str],
    total: int,
    sizes: tuple[int, int],
    fewest: int,
    groups: Groups,
    cues: Cues,
) -> View:
    chosen = [_commonest(word_counts, sizes[0], fewest), _commonest(letter_counts, sizes[1], fewest)]
    counts = [word_counts[name] for name in chosen[0]] + [letter_counts[name] for name in chosen[1]]
    idf = (np.log((1 + total) / (1 + np.array(counts, np.float64))) + 1).astype(np.float32)
    return View(chosen[0], chosen[1], idf, groups, cues)


def _commonest(counts: Counter[str], most: int, fewest: int) -> list[str]:
    ranked = sorted((name for name, count in counts.items() if count >= fewest), key=lambda name: (-counts[name], name))
    return sorted(ranked[:most])


def group_columns(groups: Groups) -> list[str]:
    """Names of the group block's columns: targets, slurs by target, and the words themselves."""
    terms = sorted({term for listed in groups.terms.values() for term in listed})
    return [*groups.targets, *(f"{target}:slur" for target in groups.targets), *terms]


def _counted(ids: Sequence[Ints], width: int, idf: Floats) -> sparse.csr_matrix:
    """Rows of (1 + log count) x idf, each of length 1."""
    ends = np.concatenate([[0], np.cumsum([len(part) for part in ids])])
    columns = np.concatenate(ids) if ids else np.empty(0, np.int32)
    block = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(ids), width))
    block.sum_duplicates()
    block.data = (1 + np.log(block.data)) * idf[block.indices]
    lengths = (
        np.sqrt(np.add.reduceat(np.append(block.data**2, 0), block.indptr[:-1])) if block.shape[0] else np.empty(0)
    )
    rows = np.diff(block.indptr)
    block.data /= np.repeat(np.where(rows > 0, lengths, 1), rows)
    return block


def _block(cells: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> sparse.csr_matrix:
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    return sparse.csr_matrix((np.array(values, np.float32), (rows, columns)), shape=shape)


def fingerprint(names: Iterable[str]) -> str:
    """A short sum over feature names, by which a model and its view recognise each other."""
    return f"{zlib.crc32(chr(31).join(names).encode()):08x}"
