"""spaCy component `lemmas`: gives every token its dictionary form by rule and lookup."""

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from nlp.lemma import lemma


class Lemmas:
    """Sets `token.lemma_`; the rules are those of nlp.lemma."""

    def __call__(self, doc: Doc) -> Doc:
        """Lemmatise one Doc in place."""
        for token in doc:
            token.lemma_ = lemma(token.lower_)
        return doc

    def pipe(self, stream: Iterator[Doc], batch_size: int = 256) -> Iterator[Doc]:
        """Lemmatise a stream."""
        del batch_size  # there is nothing to gain from batches here
        yield from map(self, stream)


def make(nlp: Language, name: str) -> Lemmas:
    """Factory for config.cfg."""
    del nlp, name
    return Lemmas()


Language.factory("vane_lemmas", func=make)
