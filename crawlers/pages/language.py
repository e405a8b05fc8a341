"""Which language a text is in, cautiously: English unless it surely is not."""

import re
from functools import cache
from typing import Any

from crawlers.pages.page import Unreadable

READ = frozenset({"en"})
FEW_WORDS = 12  # below this the guess is worth nothing
SURE = 0.98
ENGLISH_SHARE = 0.06  # of a text's words; French and German stay under 3 %, dialect and slang over 8 %
COMMON = """
the of and to in is it that was for on are with as i his they be at this have from or had by but not what all were when
we there can an your which their if will each about how up out them then she many some so these would into has more two
him see could no than been who its now my our you he me just get got
"""
STOPWORDS = frozenset(COMMON.split())
WORDS = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """ISO 639-1 code. What sites say of a text's language is often an account's setting, so only the words count."""
    words = [word.lower() for word in WORDS.findall(text[:4000])]
    latin = sum(1 for word in words if word.isascii())
    if words and latin < len(words) * 0.3:
        return str(_model().classify(text[:2000])[0])
    english = sum(1 for word in words if word in STOPWORDS)
    if not words or len(words) < FEW_WORDS or english >= len(words) * ENGLISH_SHARE:
        return "en"
    guess, probability = _model().classify(" ".join(words))
    return str(guess) if probability >= SURE else "en"


def checked(text: str) -> str:
    """The language of a text that is read; raises Unreadable for another, which the blind spots then show."""
    language = language_of(text)
    if language not in READ:
        raise Unreadable("language not read", f"it is in {language!r}; no model reads that: note it as a blind spot")
    return language


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
