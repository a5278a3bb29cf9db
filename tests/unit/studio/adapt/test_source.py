"""How a book is read: encodings, line ends, what publishers put around it, and what is no book."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.core.errors import InputError, MediaError
from tianmu.studio.adapt import adapt, read_source
from tianmu.studio.adapt.paragraphs import find_paragraphs
from tianmu.studio.adapt.source import make_source

ENGLISH = "The Fox ran into the wood, and he was not seen.\n\n\u201cIt was he,\u201d said the Crow.\n"
CHINESE = "狐狸跑进树林，不见了。\n\n乌鸦说：“是他。”\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((ENGLISH, each) for each in ("utf-8", "utf-8-sig", "utf-16", "cp1252")),
        *((CHINESE, each) for each in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030")),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    source = read_source(path)
    assert list(source.lines) == text.rstrip("\n").split("\n")
    assert source.tongue == ("en" if text == ENGLISH else "zh")
    assert [draft.last for draft in adapt(source).drafts] == [3]


def test_what_a_publisher_puts_around_it_is_left_out_by_name() -> None:
    text = (
        "The Project Gutenberg eBook\n\nTitle: Fables\n\n*** START OF THE PROJECT GUTENBERG EBOOK FABLES ***\n"
        "\nProduced by Somebody\nand somebody else\n\nFABLES\n\nby Nobody\n\nCONTENTS\n\nI. The Fox\nII. The Crow\n\n\n"
        "CHAPTER I\n\n" + ENGLISH + "\n*** END OF THE PROJECT GUTENBERG EBOOK FABLES ***\n\nThe licence goes here.\n"
    )
    adaptation = adapt(make_source(text, "fables.txt"))
    assert (adaptation.title, adaptation.author) == ("FABLES", "Nobody")
    why = {left.en for left in adaptation.left}
    assert {"the publisher's head", "who prepared the file", "the publisher's tail", "the table of contents"} <= why
    assert [draft.title for draft in adaptation.drafts] == ["CHAPTER I"]
    beats = [beat.text for draft in adaptation.drafts for beat in draft.beats]
    assert not any("licence" in text or "Produced" in text for text in beats)


def test_chinese_lines_that_break_within_a_word_are_joined() -> None:
    source = make_source("　　忽见丛杂中跳出一个石\n猴，高叫道：“我进去！”\n　　众猴大喜。\n", "x.txt")
    assert "石猴" in source.text
    place = source.text.index("猴，高叫")
    assert source.line_of(place) == 2
    assert [(each.first, each.last) for each in find_paragraphs(source)] == [(1, 2), (3, 3)]


@pytest.mark.parametrize("text", ["", "\n \n\t\n", "...\n---\n", "\ufeff"])
def test_empty_books(text: str) -> None:
    with pytest.raises(InputError, match=r"book\.txt holds no words"):
        make_source(text, "book.txt")


@pytest.mark.parametrize(
    "text",
    [
        "Der Fuchs lief in den Wald, und niemand sah ihn wieder. Das war sehr schade für alle Tiere.",
        "きつねが森へ走っていった。だれもその姿を見なかった。",
        "Лиса убежала в лес, и никто её больше не видел.",
        "여우가 숲으로 달려갔다.",
        "1234 5678 9012",
    ],
)
def test_other_languages_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"English or Chinese"):
        make_source(text, "book.txt")


def test_what_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    with pytest.raises(MediaError, match="cannot be read"):
        read_source(path)
    for data in (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, b"PK\x03\x04" + bytes(100), bytes(range(256)) * 40):
        path.write_bytes(data)
        with pytest.raises(MediaError, match="no text in UTF-8, UTF-16 or GB18030"):
            read_source(path)
