"""A film's comic: every line in it once, pages as they should be, labelled, watermarked and signed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tianmu.core.settings import settings
from tianmu.film.cut import Dialogue
from tianmu.film.subtitle import spoken_lines
from tianmu.governance.rules import rules_for
from tianmu.media.image import read_image
from tianmu.studio.books.comic import HEIGHT, MOST_LETTERS, WIDTH, group_lines, page_height, panels_of, write_comic
from tianmu.studio.books.script import shots_by_slate
from tianmu.studio.edition import Edition
from tianmu.studio.inspect import inspect_file
from tianmu.studio.marking import store_of


def bare(texts: list[str]) -> str:
    return "".join("".join(text.split()) for text in texts)


def test_every_line_of_the_cut_is_in_one_panel_in_its_order(edition: Edition) -> None:
    panels = panels_of(edition, shots_by_slate(edition))
    said = [line.text for _, line in spoken_lines(edition.cut)]
    assert len(said) == 3
    assert bare([line.text for panel in panels for line in panel.moment.lines]) == bare(said)
    headings = [text for panel in panels for text, heading in panel.captions if heading]
    assert headings == ["EXT. SNOWFIELD 雪原 - DAWN 黎明", "INT. KITCHEN 厨房 - NIGHT 夜"]
    assert [panel.begins_scene for panel in panels].count(True) == 2
    told = [text for panel in panels for text, heading in panel.captions if not heading]
    assert "EMBER, a fox, walks across the snow & stops." in told
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    "text", ["I went. " * 60, "我走了很久，天黑了。" * 30, "x" * 700, "I go on. " * 40 + "我走。" * 90]
)
def test_a_long_line_goes_on_and_nothing_of_it_is_lost(text: str) -> None:
    lines = tuple(Dialogue(character="M", asset=None, text=words, num_frames=50) for words in ("Yes.", text, "No."))
    groups = group_lines(lines)
    assert bare([line.text for group in groups for line in group]) == bare(["Yes.", text, "No."])
    assert len(groups) > 2
    for group in groups:
        assert sum(len(line.text) for line in group) <= MOST_LETTERS
        assert 1 <= len(group) <= 2


def test_pages_are_labelled_watermarked_and_signed(edition: Edition, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    written = write_comic(edition, out)
    (folder,) = written.files
    assert folder.name == "the-guest-ke-ren-comic"
    pages = sorted(folder.iterdir())
    assert [page.name for page in pages] == [f"{folder.name}-{n:03d}.png" for n in range(1, len(pages) + 1)]
    with Image.open(pages[0]) as page:
        assert page.size == (WIDTH, HEIGHT)
        strip = np.asarray(page.convert("RGB"))[page_height(rules_for("all")) :]
        assert strip.std() > 20  # the label stands there
    report = inspect_file(pages[0], store=store_of(edition.project), home=settings().home)
    assert report.verdict == "intact"
    assert report.signer is not None
    assert report.signer["whose"] == "this studio"
    assert {"metadata", "watermark", "store"} <= set(report.said_by)


@pytest.mark.slow
def test_the_same_film_gives_the_same_pages(edition: Edition, tmp_path: Path) -> None:
    pixels: list[list[bytes]] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (folder,) = write_comic(edition, tmp_path / name).files
        pixels.append([read_image(page).tobytes() for page in sorted(folder.iterdir())])
    assert pixels[0] == pixels[1]
