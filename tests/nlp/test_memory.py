"""Memory of a long stream."""

from benchmarks.annotate import resident, texts
from nlp.annotate import Reader, Text


def test_memory_stays_flat(reader: Reader) -> None:
    """3,000 further texts with words never seen before add less than 3 % to resident memory."""
    for _ in reader.annotate(Text(text) for text in texts(1500, seed=3)):
        pass
    before = resident()
    for _ in reader.annotate(Text(text) for text in texts(3000, seed=4)):
        pass
    assert resident() <= before * 1.03
