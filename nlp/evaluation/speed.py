"""How many texts a second of one processor reads, with evidence, after loading; and how large the models are."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from nlp import shipped
from nlp.annotate import Reader, Text
from nlp.annotations import Annotation
from nlp.phrases import words

Clock = Callable[[], float]


def read(
    texts: Sequence[Text], reader: Reader, clock: Clock = time.process_time
) -> tuple[list[Annotation], dict[str, Any]]:
    """The annotations of texts, and the speed of that one pass; `clock` gives seconds of processor time."""
    started = clock()
    found = [reading.annotation for reading in reader.annotate(texts)]
    seconds = clock() - started
    size = sum(path.stat().st_size for path in shipped.FOLDER.rglob("*.skops"))
    return found, {
        "texts_per_cpu_second": round(len(texts) / seconds, 1) if seconds else None,
        "words_a_text": round(sum(len(words(text.text)) for text in texts) / max(1, len(texts)), 1),
        "texts": len(texts),
        "cpu_seconds": round(seconds, 3),
        "with_places": "yes" if any(annotation.mentions for annotation in found) else "no",
        "models_megabytes": round(size / 1e6, 1),
    }
