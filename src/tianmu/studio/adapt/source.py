"""A book as it is read: its lines numbered as an editor numbers them, its language, and what is no part of it.

`Source.text` is what the rules read, and `line_of` leads from a place in it back to the file. It holds the lines joined
by line feeds; in Chinese, where a line breaks in the middle of a word, the break is left out. Characters that no
screenplay can hold are spaces in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.studio.adapt.words import Tongue, word_set
from tianmu.studio.importers.source import decode

LARGEST_FILE = 16 << 20
"""Bytes; the longest novels have about four million."""
_LINE_END = re.compile("\r\n|[\r\n]")
_UNREADABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00a0\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]+")
_OTHER = re.compile("[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_CLASSICAL = re.compile("[之乎者也曰矣焉哉其乃遂]")
_VERNACULAR = re.compile("[的了着們们这這那么麼吗呢个個]")
_BEGIN = re.compile(r"\s*\*{3}\s*START OF (?:THE|THIS) PROJECT GUTENBERG", re.IGNORECASE)
_END = re.compile(r"\s*(?:\*{3}\s*)?END OF (?:THE |THIS )?PROJECT GUTENBERG", re.IGNORECASE)
_CREDIT = re.compile(
    r"\s*(?:Produced by|E-?text prepared by|Transcribed (?:by|from)|Transcriber['’]s note|This e?book (?:is|was))",
    re.IGNORECASE,
)
_LEAST_COMMON = 0.12
"""Of the words of an English text; German, French and Latin have fewer than 0.03 of this list."""
_LAST_MARKS = "。！？…”」』：!?"
_SAMPLE = 200_000
"""Characters that the language is judged by."""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Lines that are in no scene, and why; line numbers count from 1, the last is included."""

    first: int
    last: int
    en: str
    zh: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A text and where its lines begin."""

    name: str
    lines: tuple[str, ...]
    """As they are in the file, without their ends."""
    text: str
    starts: tuple[int, ...]
    tongue: Tongue
    classical: bool
    """Whether it is Chinese as it was written before the vernacular."""
    first: int
    """The first line of the work itself."""
    last: int
    left: tuple[LeftOut, ...]

    def line_of(self, place: int) -> int:
        """The number of the line that holds a place of the text."""
        return bisect_right(self.starts, place)


def read_source(path: Path) -> Source:
    """Read a book.

    Raises:
        MediaError: the file is missing, too large, cannot be read, or is no text.
        InputError: it is empty, or in a language that is not known here.
    """
    return make_source(_decode(path), path.name)


def make_source(text: str, name: str) -> Source:
    """The source of a text that was read from a file called `name`.

    Raises:
        InputError: see `read_source`.
    """
    lines = tuple(_LINE_END.split(text))
    if len(lines) > 1 and not lines[-1]:
        lines = lines[:-1]
    first, last, left = _body(lines)
    body = "\n".join(lines[first - 1 : last])
    if not any(letter.isalnum() for letter in body):
        raise InputError(
            say(
                f"{name} holds no words to adapt; give a story in English or Chinese, as plain text.",
                f"{name} 里没有可改编的文字；请给出中文或英文的故事，纯文本格式。",
            )
        )
    tongue = find_tongue(body, name)
    text, starts = _joined(lines, tongue)
    sample = body[:_SAMPLE]
    classical = tongue == "zh" and len(_CLASSICAL.findall(sample)) > 2 * len(_VERNACULAR.findall(sample))
    return Source(
        name=name,
        lines=lines,
        text=text,
        starts=starts,
        tongue=tongue,
        classical=classical,
        first=first,
        last=last,
        left=left,
    )


def _joined(lines: tuple[str, ...], tongue: Tongue) -> tuple[str, tuple[int, ...]]:
    """The text, and where in it every line begins."""
    shown = [_UNREADABLE.sub(" ", line).rstrip() for line in lines]
    parts: list[str] = []
    starts: list[int] = []
    at = 0
    for line, below in zip(shown, [*shown[1:], ""], strict=True):
        starts.append(at)
        end = "" if tongue == "zh" and _runs_on(line, below) else "\n"
        parts += [line, end]
        at += len(line) + len(end)
    return "".join(parts), tuple(starts)


def _runs_on(line: str, below: str) -> bool:
    """Whether a Chinese line breaks within a sentence, so that a word may go on below."""
    if not line or not below or below[0].isspace() or line[-1] in _LAST_MARKS:
        return False
    return not (line[-1].isascii() and below[0].isascii())


def find_tongue(text: str, name: str) -> Tongue:
    """The language of a text.

    Raises:
        InputError: it is neither English nor Chinese.
    """
    sample = text[:_SAMPLE]
    words = [word.lower() for word in _LATIN.findall(sample)]
    han, other = len(_HAN.findall(sample)), len(_OTHER.findall(sample))
    if han > 2 * len(words) and other <= han / 20:
        return "zh"
    common = sum(word in word_set("en", "common") for word in words)
    if words and other + han < len(words) and common >= max(1, _LEAST_COMMON * len(words)):
        return "en"
    raise InputError(
        say(
            f"{name} was to be in English or Chinese, and its words look like neither; give a translation.",
            f"{name} 应为中文或英文，而其中的文字两者都不像；请提供译本。",
        )
    )


def _decode(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise MediaError(
                say(
                    f"{path.name} has more than {LARGEST_FILE >> 20} MB, which no book has; give the text alone.",
                    f"{path.name} 超过 {LARGEST_FILE >> 20} MB，不会是一本书；请只给出正文。",
                )
            )
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be read ({error.strerror or error}); give a story as a text file.",
                f"无法读取 {path}（{error.strerror or error}）；请给出故事的文本文件。",
            )
        ) from error
    if (western := _western(data)) is not None:
        return western
    try:
        return decode(data, path.name)
    except MediaError as error:
        raise MediaError(
            say(
                f"{path.name} is no text in UTF-8, UTF-16 or GB18030; save the story as plain text in UTF-8.",
                f"{path.name} 不是 UTF-8、UTF-16 或 GB18030 编码的文本；请把故事另存为 UTF-8 纯文本。",
            )
        ) from error


def _western(data: bytes) -> str | None:
    """Text in Windows-1252, as older English books have it: nearly all bytes are ASCII, and it is no UTF-8."""
    high = sum(byte > 127 for byte in data)
    if not high or high > len(data) / 20 or b"\0" in data[:_SAMPLE]:
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            return None
    return None


def _body(lines: tuple[str, ...]) -> tuple[int, int, tuple[LeftOut, ...]]:
    """First and last line of the work, and what stands around it."""
    begin = next((index for index, line in enumerate(lines) if _BEGIN.match(line)), None)
    end = next((index for index, line in enumerate(lines) if _END.match(line) and index > (begin or 0)), None)
    first = 1 if begin is None else begin + 2
    last = len(lines) if end is None else end
    if last < first:
        return 1, len(lines), ()
    left: list[LeftOut] = []
    if begin is not None:
        head = LeftOut(first=1, last=begin + 1, en="the publisher's head", zh="出版方的开头说明")
        left.append(head)
        credit = _credit(lines, first, last)
        if credit:
            left.append(LeftOut(first=first, last=credit, en="who prepared the file", zh="文件制作者说明"))
            first = credit + 1
    if end is not None:
        left.append(LeftOut(first=end + 1, last=len(lines), en="the publisher's tail", zh="出版方的结尾说明"))
    return first, last, tuple(left)


def _credit(lines: tuple[str, ...], first: int, last: int) -> int:
    """The last line of the paragraph that says who prepared the file; 0 where there is none."""
    at = first
    while at <= last and not lines[at - 1].strip():
        at += 1
    if at > last or not _CREDIT.match(lines[at - 1]):
        return 0
    while at < last and lines[at].strip():
        at += 1
    return at
