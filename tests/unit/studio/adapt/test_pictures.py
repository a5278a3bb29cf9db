"""The network and the arc: where things are drawn, and that both files show the same."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from tianmu.studio.adapt import FILES, adapt, read_source, write_adaptation
from tianmu.studio.adapt.network import lay_out
from tianmu.studio.adapt.pictures import _spread, draw_arc, draw_network

TEXTS = Path(__file__).parents[4] / "examples" / "texts"


@pytest.mark.parametrize("count", [0, 1, 2, 7, 24])
def test_a_layout_is_the_same_every_time_and_within_the_square(count: int) -> None:
    keys = [f"k{number}" for number in range(count)]
    edges = [(keys[i], keys[i + 1], float(i + 1)) for i in range(count - 1)]
    places = lay_out(keys, edges)
    assert places.shape == (count, 2)
    assert np.array_equal(places, lay_out(keys, edges))
    assert np.all((places >= 0) & (places <= 1))


def test_who_shares_scenes_is_nearer() -> None:
    keys = ["a", "b", "c", "d"]
    a, b, c, d = lay_out(keys, [("a", "b", 5), ("c", "d", 5)])
    assert np.linalg.norm(a - b) < min(np.linalg.norm(a - c), np.linalg.norm(b - d))


def test_names_do_not_lie_on_each_other() -> None:
    crowded = {str(number): (600.0 + number, 450.0) for number in range(12)}
    places = list(_spread(crowded).values())
    nearest = min(np.hypot(x1 - x2, y1 - y2) for i, (x1, y1) in enumerate(places) for x2, y2 in places[i + 1 :])
    assert nearest > 100


@pytest.mark.parametrize("name", ["aesop", "guwen"])
def test_all_files_are_written_and_the_same_twice(name: str, tmp_path: Path) -> None:
    adaptation = adapt(read_source(TEXTS / f"{name}.txt"))
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        write_adaptation(adaptation, folder)
    assert {path.name for path in one.iterdir()} == set(FILES)
    for file in FILES:
        assert (one / file).read_bytes() == (two / file).read_bytes()
    page = (one / "adaptation.md").read_text("utf-8")
    assert "(network.svg)" in page
    assert "(arc.svg)" in page
    for svg, names in (("network.svg", adaptation.names.values()), ("arc.svg", ("1", "2"))):
        root = ET.fromstring((one / svg).read_text("utf-8"))
        words = " ".join(element.text or "" for element in root.iter() if element.tag.endswith("text"))
        assert all(name in words for name in names)
        with Image.open(one / svg.replace(".svg", ".png")) as image:
            assert image.size == (int(root.attrib["width"]), int(root.attrib["height"]))


def test_ink_is_where_the_svg_says() -> None:
    adaptation = adapt(read_source(TEXTS / "aesop.txt"))
    for sheet in (draw_network(adaptation.network, "x"), draw_arc(adaptation.arc, "x")):
        root = ET.fromstring(sheet.svg())
        image = sheet.image()
        discs = [element for element in root.iter() if element.tag.endswith("circle")]
        assert discs
        for disc in discs:
            x, y = round(float(disc.attrib["cx"])), round(float(disc.attrib["cy"]))
            assert image.getpixel((x, y)) != (255, 255, 255)
