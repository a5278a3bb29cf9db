"""What a film looks like on paper: storyboards, contact sheets, shot lists, and takes side by side."""

from tianmu.studio.boards.board import Board, Cell
from tianmu.studio.boards.compare import compare_takes, split_screen, take_label
from tianmu.studio.boards.pdf import write_board_pdf
from tianmu.studio.boards.sheet import draw_sheet
from tianmu.studio.boards.shotlist import write_shot_csv, write_shot_markdown

__all__ = [
    "Board",
    "Cell",
    "compare_takes",
    "draw_sheet",
    "split_screen",
    "take_label",
    "write_board_pdf",
    "write_shot_csv",
    "write_shot_markdown",
]
