"""A storyboard on paper: its words can be copied out in both languages, its pages count, its bytes repeat."""

from __future__ import annotations

import threading
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from tianmu.core.errors import OutputError
from tianmu.film.shot import ASPECTS, Aspect, Shot, SpokenLine
from tianmu.film.take import Take
from tianmu.studio.boards.board import Board, Cell
from tianmu.studio.boards.pdf import draw_board, write_board_pdf

LINE = SpokenLine(character="十七路", text="总得有人送你到终点站啊。", parenthetical="顿了顿", seconds=Fraction(3))
SHOT = Shot(
    prompt="x",
    slate="3B",
    size="wide",
    angle="low",
    move="push_in",
    seconds=Fraction(5, 2),
    action="TIN, a *robot*, turns the great light.",
    lines=(LINE,),
)
TAKE = Take(
    id="a" * 64, key="b" * 64, seed=7, engine="animatic", slate="3B", number=2, film="f", recipe="r", thumbnail="t",
    num_frames=60, fps=Fraction(24), width=64, height=36, bytes=1, seconds_taken=1.0, circled=True,
)  # fmt: skip


def picture(width: int = 64, height: int = 36) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def board(*cells: Cell, aspect: Aspect = "16:9", title: str = "In Case of Ships 末班车") -> Board:
    return Board(title=title, author="The Tianmu authors", cells=cells, aspect=aspect)


def read(data: bytes) -> list[str]:
    """The text of every page, without spaces and line breaks."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages]


def test_the_words_come_back_in_both_languages() -> None:
    (page,) = read(draw_board(board(Cell(shot=SHOT, frame=picture(), take=TAKE)), language="en"))
    for words in ("InCaseofShips末班车", "TheTianmuauthors", "3B", "T2", "WS,lowangle,pushin", "2.5s", "1shot,0:03"):
        assert words in page
    assert "TIN,arobot,turnsthegreatlight." in page
    assert "十七路(顿了顿):总得有人送你到终点站啊。" in page
    (page,) = read(draw_board(board(Cell(shot=SHOT)), language="zh"))
    for words in ("故事板1个镜头", "全景，仰拍，推", "尚未渲染", "十七路（顿了顿）："):
        assert words in page


def test_a_rare_character_and_one_that_no_font_has() -> None:
    (page,) = read(draw_board(board(Cell(shot=Shot(prompt="x", action="𠮷野家 🦊 end")))))
    assert "𠮷野家" in page
    assert "end" in page


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (6, 1), (7, 2), (13, 3)])
def test_six_panels_go_on_a_page(count: int, pages: int) -> None:
    shots = [Cell(shot=Shot(prompt="x", slate=f"S{number:02}")) for number in range(count)]
    texts = read(draw_board(board(*shots)))
    assert len(texts) == pages
    for number in range(count):
        assert f"S{number:02}" in texts[number // 6]
    assert all(f"{number}/{pages}" in text for number, text in enumerate(texts, 1))


def test_more_letters_than_one_font_subset_holds() -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
    cells = [Cell(shot=Shot(prompt="x", action=letters[at : at + 100])) for at in range(0, 400, 100)]
    (page,) = read(draw_board(board(*cells)))
    assert not set(letters) - set(page)


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_aspect_has_its_page(aspect: Aspect) -> None:
    data = draw_board(board(Cell(shot=SHOT, frame=picture()), Cell(shot=SHOT), aspect=aspect))
    reader = PdfReader(BytesIO(data))
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [842, 595]
    assert len(reader.pages[0].images) == 1


def test_words_that_do_not_fit_end_with_an_ellipsis() -> None:
    (page,) = read(draw_board(board(Cell(shot=Shot(prompt="x", action="A sentence that goes on. " * 60)))))
    assert "..." in page


def test_the_same_board_gives_the_same_bytes(tmp_path: Path) -> None:
    cells = (Cell(shot=SHOT, frame=picture(), take=TAKE), Cell(shot=SHOT))
    write_board_pdf(tmp_path / "a.pdf", board(*cells), language="en")
    write_board_pdf(tmp_path / "b.pdf", board(*cells), language="en")
    data = (tmp_path / "a.pdf").read_bytes()
    assert data == (tmp_path / "b.pdf").read_bytes()
    information = PdfReader(BytesIO(data)).metadata
    assert information is not None
    assert information.title == "In Case of Ships 末班车"
    assert information.author == "The Tianmu authors"


def test_boards_of_different_letters_follow_each_other_and_leave_no_font_behind() -> None:
    before = set(pdfmetrics.getRegisteredFontNames())
    for words in ("灯笼", "月亮", "Light"):
        assert words in read(draw_board(board(Cell(shot=Shot(prompt="x", action=words)), title="")))[0]
    assert set(pdfmetrics.getRegisteredFontNames()) == before


def test_two_threads_do_not_mix_their_letters() -> None:
    found: dict[str, str] = {}

    def draw(words: str) -> None:
        found[words] = read(draw_board(board(Cell(shot=Shot(prompt="x", action=words)))))[0]

    threads = [threading.Thread(target=draw, args=(words,)) for words in ("红灯笼", "蓝月亮")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(words in page for words, page in found.items())
    assert len(found) == 2


def test_all_fonts_are_embedded() -> None:
    page = PdfReader(BytesIO(draw_board(board(Cell(shot=SHOT))))).pages[0]
    fonts = page["/Resources"]["/Font"]  # pyright: ignore[reportIndexIssue]
    assert fonts
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts.values())


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        write_board_pdf(tmp_path / "nowhere" / "a.pdf", board(Cell(shot=SHOT)))
