"""Texts per CPU-second of `vane try annotate` beside a plain scikit-learn pipeline with a blank spaCy; memory too.

Run: python -m benchmarks.annotate [--memory] [--national FILE]. Texts are 40 words long, all distinct, drawn by seed
from the gold texts' words in order (runs of a text, so that pairs of words and phrases occur as they do in life).
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import spacy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from nlp import labelled
from nlp.annotate import Text, load

WORDS, RUN = 40, 8


def texts(count: int, seed: int = 1) -> Iterator[str]:
    """Distinct texts of 40 words, each of five runs of eight words of gold texts and one word of its own."""
    chance = random.Random(seed)
    sources = [t.text.split() for t in labelled.training() if len(t.text.split()) >= RUN]
    for number in range(count):
        words: list[str] = []
        while len(words) < WORDS:
            source = chance.choice(sources)
            at = chance.randrange(len(source) - RUN + 1)
            words += source[at : at + RUN]
        words[chance.randrange(WORDS)] = f"x{number}"
        yield " ".join(words[:WORDS])


def resident() -> float:
    """Resident memory in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def plain(sample: list[str]) -> float:
    """Texts per CPU-second of one word and letter TF-IDF, one classifier, and a blank spaCy: no evidence, no places."""
    gold = labelled.training()
    union = make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
    model = make_pipeline(union, LogisticRegression(max_iter=300))
    model.fit([t.text for t in gold], np.array([t.stance for t in gold]))
    nlp = spacy.blank("en")
    start = time.process_time()
    for at in range(0, len(sample), 256):
        batch = sample[at : at + 256]
        model.predict_proba(batch)
        list(nlp.pipe(batch))
    return len(sample) / (time.process_time() - start)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", action="store_true", help="also read 200,000 texts and print resident memory")
    parser.add_argument("--national", type=Path, default=None, help="gazetteer to find places with")
    parser.add_argument("--count", type=int, default=3000)
    arguments = parser.parse_args()
    start = time.process_time()
    reader = load(national=arguments.national)
    print(f"load {time.process_time() - start:.1f} CPU-s, {resident():.0f} MB")
    sample = list(texts(arguments.count))
    start = time.process_time()
    readings = list(reader.annotate(Text(text) for text in sample))
    speed = len(sample) / (time.process_time() - start)
    spans = sum(len(reading.annotation.evidence) for reading in readings)
    places = sum(len(reading.annotation.mentions) for reading in readings)
    print(f"vane: {speed:.0f} texts per CPU-second ({spans} evidence spans, {places} places)")
    print(f"plain scikit-learn + blank spaCy, one axis: {plain(sample):.0f} texts per CPU-second")
    if arguments.memory:
        memory(reader)


def memory(reader: object) -> None:
    """Resident memory along 200,000 distinct texts."""
    early = 0.0
    for number, _ in enumerate(reader.annotate(Text(t) for t in texts(200_000, seed=2)), 1):  # type: ignore[attr-defined]
        if number % 20_000 == 0:
            now = resident()
            early = early or now
            print(f"after {number:,} texts: {now:.0f} MB ({now / early - 1:+.1%} on 20,000)", flush=True)


if __name__ == "__main__":
    main()
