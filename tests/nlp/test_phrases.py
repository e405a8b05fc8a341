"""Lists of phrases: the last word of a phrase may go on, and a list that cannot work is refused."""

import pytest

from nlp.phrases import Phrases, words


def found(phrase: str, text: str) -> bool:
    """Whether the phrase is found in a text."""
    return bool(Phrases({"list": [phrase]}).find([word.form for word in words(text)]))


def test_the_last_word_takes_any_ending() -> None:
    """A star at the end of a word, or of a phrase's last word, takes any ending."""
    assert found("allotment*", "the allotments went")
    assert found("avoid speculat*", "please avoid speculation")
    assert found("avoid speculat*", "avoid speculating")
    assert not found("avoid speculat*", "avoid the speculation")
    assert not found("avoid speculat*", "avoid")


def test_a_star_elsewhere_is_refused() -> None:
    """A star that is not the end of a phrase would find nothing, so the list is refused."""
    with pytest.raises(ValueError, match="before its end"):
        Phrases({"list": ["sold* off"]})
