"""Tokenises with spaCy in linear time whatever comes: it strips signs off a word one by one."""

import re
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

SIGNS = 50  # signs in a row that are stripped together; more are nobody's word
LETTERS = 250  # letters and signs without a blank: longer than nearly all addresses
CUT = re.compile(rf"(?:(?:[^\w\s]|_){{{SIGNS}}}|\S{{{LETTERS}}})(?=\S)")


def doc(nlp: Language, text: str) -> Doc:
    """The tokens of a text; a longer run of signs, or of anything without a blank, is cut before it is read.

    spaCy's time grows with the square of what stands between two blanks. Offsets are those of the text as given.
    """
    cuts = [match.end() for match in CUT.finditer(text)]
    if not cuts:
        return nlp.make_doc(text)
    tokens = [token for start, end in pairwise([0, *cuts, len(text)]) for token in nlp.make_doc(text[start:end])]
    return Doc(nlp.vocab, words=[token.text for token in tokens], spaces=[bool(token.whitespace_) for token in tokens])
