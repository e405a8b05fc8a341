"""Measures redaction: names found and other words taken, beside lists and runs of capitals; texts per CPU-second.

python -m benchmarks.redaction [--shared ../shared]
"""

import argparse
import json
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlp import redact
from nlp.redact import Redactor
from nlp.redaction import corpora, rules
from nlp.redaction.corpora import Example
from nlp.redaction.measuring import BRITISH, GOLD, by_heritage, measure
from nlp.redaction.tokens import Token

DEMO = Path("areas/demo/content")
SPEED_TEXTS = 6000


def capitalised(tokens: Sequence[Token]) -> list[bool]:
    """The plainest method: two or more capitalised words in a row are a name."""
    upper = [token.kind == "word" and token.text[0].isupper() for token in tokens]
    near = zip([False, *upper], [*upper[1:], False], strict=False)
    return [here and (before or after) for here, (before, after) in zip(upper, near, strict=False)]


def methods() -> dict[str, Redactor]:
    """What is compared."""
    return {
        "trained": redact.load(),
        "lists": Redactor(rules.find, rules.find_in_query),
        "capitals": Redactor(capitalised, capitalised),
    }


def sets(shared: Path) -> dict[str, list[Example]]:
    """Test sets, handles and contact details already replaced (their form finds them)."""
    return {
        "own British news, minutes and posts": _masked(corpora.project(BRITISH)),
        "uner_ewt test, sentence by sentence": _masked(corpora.uner(shared, "test", whole=False)),
        "uner_ewt test, whole documents": _masked(corpora.uner(shared, "test")),
        "broad_twitter test (f)": _masked(corpora.broad_twitter(shared, "test")),
        "own sentences, names in no list": _masked(corpora.project(GOLD)),
    }


def _masked(texts: Iterable[Example]) -> list[Example]:
    return [corpora.masked(one) for one in texts]


def demo_names(redactor: Redactor) -> tuple[int, int, int]:
    """(names listed in the demo's texts, of them still readable after redaction, texts)."""
    listed = missed = texts = 0
    for path in sorted(DEMO.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            after = redactor.redact(record["text"]).text
            texts += 1
            for name in record.get("names", ()):
                if name in record["text"]:
                    listed, missed = listed + 1, missed + (re.search(rf"\b{re.escape(name)}\b", after) is not None)
    return listed, missed, texts


def speed(redactor: Redactor) -> float:
    """Distinct texts of 40 words read in one CPU-second."""
    words = [word for one in corpora.gold(GOLD.parent) for word in one.text.split()]
    step = max(1, len(words) // SPEED_TEXTS)
    texts = [" ".join(words[at : at + 40]) for at in range(0, len(words) - 40, step)]
    redactor.redact(texts[0])
    start = time.process_time()
    for text in texts:
        redactor.redact(text)
    return len(texts) / (time.process_time() - start)


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    compared = methods()
    print(f"{'':38s} {'':9s} name words  whole names  other words taken")
    for title, texts in sets(parser.parse_args().shared).items():
        for name, redactor in compared.items():
            found, whole, wrong, words = measure(redactor, texts)
            print(f"{title:38s} {name:9s} {found:9.1%} {whole:12.1%} {wrong:12.2%}   ({words} name words)")
    for name in ("trained", "lists"):
        print(f"\nby heritage, {name}, both own sets")
        for heritage, (found, whole, wrong, words) in by_heritage(compared[name], (GOLD, BRITISH)).items():
            print(f"  {heritage:22s} {found:9.1%} {whole:9.1%} {wrong:9.2%}   ({words} name words)")
    for name, redactor in compared.items():
        listed, missed, texts_read = demo_names(redactor)
        print(f"demo content, {name}: {missed} of {listed} listed names left in {texts_read} texts")
    print(f"texts of 40 words per CPU-second: {speed(compared['trained']):,.0f}")


if __name__ == "__main__":
    main()
