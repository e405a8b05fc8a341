"""spaCy component `lemmas`: gives every token its dictionary form by rule and lookup."""

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from nlp.lemma import lemma

LEMMAS = "vane_lemmas"


class Lemmas:
    """Sets `token.lemma_` and leaves the words' lemmas in `doc.user_data`; the rules are those of nlp.lemma."""

    def __call__(self, doc: Doc) -> Doc:
        """Lemmatise one Doc in place."""
        kept: list[str] = []
        for token in doc:
            token.lemma_ = form = lemma(token.lower_)
            if form[0].isalnum():
                kept.append(form)
        doc.user_data[LEMMAS] = kept
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
