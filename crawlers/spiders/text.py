"""Makes what servers write into texts that can be kept: half a character becomes the mark for one that is lost."""

import json
import re
from typing import Any

# &#xD83D; or &#55357;, also where a feed escapes its HTML once more
REFERENCE = re.compile(rb"(&(?:amp;)?#)(?:[xX]([0-9a-fA-F]{4,8})|([0-9]{5,8}))(?=;|[^0-9a-zA-Z]|$)")
HALVES = range(0xD800, 0xE000)  # one half of a pair in UTF-16, no character by itself
MARK = b"xFFFD"


def json_of(body: bytes) -> Any:
    r"""The value of a JSON text; a lone `\ud83d` in it, which no file can hold, is U+FFFD. Raises ValueError."""
    value = json.loads(body)
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return value


def whole_references(markup: bytes) -> bytes:
    """Markup whose references to half a character name U+FFFD instead; feedparser ends the crawl at one."""
    return REFERENCE.sub(_whole, markup)


def _whole(found: re.Match[bytes]) -> bytes:
    number = int(found[2], 16) if found[2] else int(found[3])
    return found[1] + MARK if number in HALVES else found[0]
