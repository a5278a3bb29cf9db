"""`tianmu shot`: what it writes, and what it says at the end."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from tianmu.cli import main
from tianmu.cli.shot import readable_bytes
from tianmu.core.settings import settings
from tianmu.governance.provenance import read_provenance
from tianmu.media.image import write_png
from tianmu.media.video import read_video
from tianmu.studio.recipe import read_recipe

SMALL = ["--engine", "fake", "--seconds", "0.5", "--size", "64x64"]


@pytest.fixture
def films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("films")
def test_the_last_line_says_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shot", "a red fox", *SMALL, "--seed", "41"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    (line,) = told.out.splitlines()
    for part in ("a-red-fox.mp4", "64x64", "kB", "0.5 s", "took", "seed 41", "engine fake", "tianmu repeat"):
        assert part in line


def test_the_line_can_be_typed_to_repeat(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shot", "fox", *SMALL, "-o", "my fox's film.mp4"]) == 0
    command = shlex.split(capsys.readouterr().out.strip().split("again: tianmu ")[1])
    assert main(command) == 0
    assert "the same" in capsys.readouterr().out
    first, second = (read_recipe(films / f"my fox's film{name}.mp4.recipe.json") for name in ("", "-repeat"))
    assert first.encoded_sha256 == second.encoded_sha256


def test_a_seed_that_was_not_given_is_random_and_told(films: Path) -> None:
    assert main(["shot", "fox", *SMALL, "-o", "a.mp4"]) == 0
    assert main(["shot", "fox", *SMALL, "-o", "b.mp4"]) == 0
    first, second = (read_recipe(films / f"{name}.mp4.recipe.json").request.seed for name in "ab")
    assert first != second


def test_variations_take_the_next_seeds(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shot", "fox", *SMALL, "--seed", "7", "--variations", "3", "--json"]) == 0
    takes = json.loads(capsys.readouterr().out)["takes"]
    assert [take["seed"] for take in takes] == [7, 8, 9]
    assert [take["file"] for take in takes] == ["fox-1.mp4", "fox-2.mp4", "fox-3.mp4"]
    assert len({take["file_sha256"] for take in takes}) == 3
    assert all((films / take["file"]).exists() for take in takes)


def test_no_variation_is_begun_when_one_could_not_be_kept(films: Path) -> None:
    (films / "fox-3.mp4").write_text("mine", "utf-8")
    assert main(["shot", "fox", *SMALL, "--variations", "3"]) == 3
    assert [path.name for path in films.iterdir()] == ["fox-3.mp4"]


def test_json_is_one_object_with_what_a_program_needs(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shot", "fox", *SMALL, "--fps", "23.976", "--sheet", "--json"]) == 0
    (take,) = json.loads(capsys.readouterr().out)["takes"]
    info, _ = read_video(films / take["file"])
    assert (take["width"], take["height"], take["num_frames"]) == (info.width, info.height, info.num_frames)
    assert take["fps"] == "24000/1001"
    assert take["bytes"] == (films / take["file"]).stat().st_size
    assert (films / take["sheet"]).exists()
    assert (films / take["recipe"]).exists()


def test_a_picture_is_the_first_frame(films: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    write_png(films / "first.png", picture)
    assert main(["shot", "fox", *SMALL, "--image", "first.png", "--format", "png", "-o", "frames"]) == 0
    _, frames = read_video(films / "frames")
    shown = next(frames)[32:]  # below the label
    assert np.abs(shown.astype(int) - picture[32:]).mean() < 6  # the watermark alone lies between them
    signed = read_provenance(films / "frames")
    assert signed is not None
    assert [each.title for each in signed.root.ingredients] == ["first.png"]


@pytest.mark.parametrize("format", ["mp4", "gif", "webp", "png"])
def test_every_format_has_its_name(films: Path, format: str) -> None:
    assert main(["shot", "fox", *SMALL, "--format", format]) == 0
    name = "fox" if format == "png" else f"fox.{format}"
    assert sorted(path.name for path in films.iterdir()) == sorted([name, f"{name}.recipe.json"])


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize(
    "prompt", ["🦊", "一只红狐走过雪原", "ثعلب أحمر", "fox\u202e", "x" * 10_000, "-- fox", "fox\nsnow"]
)
def test_any_prompt_gives_a_film_and_one_line(capsys: pytest.CaptureFixture[str], prompt: str) -> None:
    assert main(["shot", *SMALL, "--", prompt]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.usefixtures("films")
def test_the_line_comes_in_chinese_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert main(["shot", "一只红狐", *SMALL]) == 0
    assert "种子" in capsys.readouterr().out


def test_repeat_says_what_differs(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shot", "fox", *SMALL, "--seed", "1"]) == 0
    recipe = films / "fox.mp4.recipe.json"
    row = json.loads(recipe.read_text("utf-8"))
    row["versions"]["torch"] = "1.0"
    row["frames_sha256"] = "0" * 64
    recipe.write_text(json.dumps(row), "utf-8")
    capsys.readouterr()
    assert main(["repeat", "fox.mp4.recipe.json"]) == 1
    assert "torch: 1.0 then" in capsys.readouterr().out
    assert main(["repeat", "fox.mp4.recipe.json", "--overwrite", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["same"] is False
    assert any("torch" in difference for difference in told["differences"])


def test_repeat_of_a_png_sequence(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shot", "fox", *SMALL, "--format", "png"]) == 0
    assert main(["repeat", "fox.recipe.json"]) == 0
    assert "the same" in capsys.readouterr().out
    assert (films / "fox-repeat").is_dir()


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (5 * 10**12, "5000.0 GB")]
)
def test_sizes_read_well(count: int, text: str) -> None:
    assert readable_bytes(count) == text
