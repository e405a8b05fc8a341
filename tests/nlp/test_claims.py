"""Matching known claims."""

import gzip
import json
from pathlib import Path

import pytest

from nlp.claims import Claim, Library, LibraryRefused


def test_library_names_a_bad_line(tmp_path: Path) -> None:
    """A claim that cannot be read is refused with file and line."""
    path = tmp_path / "library.jsonl"
    path.write_text('{"id": "1", "claim": "x"}\n{"id": "2"}\n', encoding="utf-8")
    with pytest.raises(LibraryRefused, match=r"library\.jsonl:2"):
        Library.load(path)


def test_empty_library_answers_nothing() -> None:
    """An empty library, and a text without words, match nothing."""
    assert Library([]).match("anything at all").matches == ()
    assert Library([Claim("1", "a claim about buses")]).match("").answer is None


def test_best_ten_in_order() -> None:
    """At most ten matches, best first."""
    library = Library([Claim(str(n), f"the hotel on street number {n} houses people") for n in range(30)])
    scores = [score for _, score in library.match("hotel houses people").matches]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)


@pytest.mark.shared
def test_claims_of_checkthat(shared: Path) -> None:
    """On CheckThat! 2022 2A (development posts) MAP@5 is .83 at least, and of the answers given 95 % are right."""
    folder = shared / "datasets" / "claim_retrieval_clef2022_2a"

    def rows(name: str) -> list[dict[str, str]]:
        with gzip.open(folder / name, "rt", encoding="utf-8") as file:
            return [json.loads(row) for row in file]

    library = Library(Claim(r["vclaim_id"], r["vclaim"], r["title"]) for r in rows("vclaims.jsonl.gz"))
    right = {r["query"]: r["vclaim"] for r in rows("qrels.jsonl.gz") if r["split"] == "dev"}
    found = {r["id"]: library.match(r["text"]) for r in rows("queries.jsonl.gz") if r["split"] == "dev"}
    places = [[claim for claim, _ in found[query].matches[:5]] for query in right]
    ranks = [place.index(claim) + 1 for place, claim in zip(places, right.values(), strict=True) if claim in place]
    assert sum(1 / rank for rank in ranks) / len(right) >= 0.83
    answers = [(match.answer, right[query]) for query, match in found.items() if match.answer and query in right]
    assert sum(answer == claim for answer, claim in answers) / len(answers) >= 0.95
