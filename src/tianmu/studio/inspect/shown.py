"""Text out of foreign files, fit to be shown: no control characters, nothing that turns the line around, no end."""

from __future__ import annotations

from pathlib import Path

LONGEST = 200


def shown(text: str | Path | None, longest: int = LONGEST) -> str:
    """`text` on one line of at most `longest` characters; what a terminal would obey is written as its number.

    A file's name and a stranger's manifest may hold anything: escape sequences, line ends, marks that reverse the
    direction of writing, bytes that are no UTF-8.
    """
    plain = "" if text is None else str(text)
    cut = plain if len(plain) <= longest else plain[: longest - 1] + "…"
    return "".join(letter if letter.isprintable() else _number(letter) for letter in cut)


def _number(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
