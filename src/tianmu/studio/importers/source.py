"""The text of a file in whatever encoding it came: UTF-8, UTF-16, or GB18030, which Chinese programs still write."""

from __future__ import annotations

import codecs

from tianmu.core.errors import MediaError
from tianmu.core.text import say

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
_MOST_CONTROLS = 0.01
_BINARY = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")


def decode(data: bytes, name: str) -> str:
    """The text of a file called `name`.

    A mark at its beginning says the encoding; without one it is UTF-8, then UTF-16 where every other byte is nothing,
    then GB18030.

    Raises:
        MediaError: the bytes are no text.
    """
    if data.startswith(_BINARY):
        raise _no_text(name)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _decode(data, _guess(data) or "gb18030", name)
    else:
        if "\0" in text[:_SAMPLE]:
            text = _decode(data, _guess(data) or "utf-8", name)
    controls = sum(letter < " " and letter not in "\t\n\r\f\v\x1a" for letter in text[:_SAMPLE])
    if controls > _MOST_CONTROLS * min(len(text), _SAMPLE):
        raise _no_text(name)
    return text


def _guess(data: bytes) -> str | None:
    """UTF-16 without a mark: text in it has many bytes of 0 (or the high bytes of line ends) on one side."""
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or not even + odd:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(name) from error


def _no_text(name: str) -> MediaError:
    return MediaError(
        say(
            f"{name} is no text in UTF-8, UTF-16 or GB18030; save the screenplay as .fountain, .txt or .md in UTF-8, "
            "or as .fdx.",
            f"{name} 不是 UTF-8、UTF-16 或 GB18030 编码的文本；请把剧本另存为 UTF-8 的 .fountain、.txt、.md，或 .fdx。",
        )
    )
