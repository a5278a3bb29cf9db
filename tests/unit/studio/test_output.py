"""Names, and files that appear all together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError, OutputError
from tianmu.studio.output import choose_output, recipe_path, refuse_existing, slug, staging, variation_path


def fail_half_way(output: Path, failure: type[BaseException]) -> None:
    """Write half a film over `output`, and fail."""
    with staging(output, overwrite=True) as folder:
        (folder / output.name).write_text("half a film", "utf-8")
        raise failure


@given(st.text(max_size=300))
def test_a_slug_is_a_short_file_name_whatever_the_prompt(prompt: str) -> None:
    name = slug(prompt)
    assert name
    assert len(name.encode()) <= 180
    assert Path(name).name == name
    assert not name.startswith((".", "-"))
    assert all(character == "-" or not character.isspace() for character in name)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A red fox, walking!", "a-red-fox-walking"),
        ("一只红狐走过雪原", "一只红狐走过雪原"),
        ("🦊🦊", "shot"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 100, "-".join(["word"] * 12)),
    ],
)
def test_slugs_read_like_their_prompts(prompt: str, name: str) -> None:
    assert slug(prompt) == name


def test_the_format_comes_from_the_name_or_the_other_way_round() -> None:
    assert choose_output(Path("fox.gif"), None, "x") == (Path("fox.gif"), "gif")
    assert choose_output(Path("fox.MP4"), "mp4", "x") == (Path("fox.MP4"), "mp4")
    assert choose_output(None, None, "a fox") == (Path("a-fox.mp4"), "mp4")
    assert choose_output(None, "webp", "a fox") == (Path("a-fox.webp"), "webp")
    assert choose_output(None, "png", "a fox") == (Path("a-fox"), "png")
    assert choose_output(Path("frames"), "png", "x") == (Path("frames"), "png")


@pytest.mark.parametrize(
    ("name", "format"), [("fox.avi", None), ("fox.gif", "mp4"), ("fox", "gif"), (".", None), ("/", "mp4")]
)
def test_a_name_that_contradicts_is_refused(name: str, format: str | None) -> None:
    with pytest.raises(InputError):
        choose_output(Path(name), format, "x")  # pyright: ignore[reportArgumentType]


def test_variations_are_numbered_from_one_and_one_alone_is_not() -> None:
    assert variation_path(Path("a/fox.mp4"), 0, 1) == Path("a/fox.mp4")
    assert [variation_path(Path("a/fox.mp4"), index, 2).name for index in (0, 1)] == ["fox-1.mp4", "fox-2.mp4"]


def test_files_appear_together_when_all_is_well(tmp_path: Path) -> None:
    output = tmp_path / "fox.mp4"
    with staging(output, overwrite=False) as folder:
        (folder / output.name).write_text("film", "utf-8")
        (folder / recipe_path(output).name).write_text("recipe", "utf-8")
        assert not output.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fox.mp4", "fox.mp4.recipe.json"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, SystemExit, ValueError, OSError])
def test_nothing_appears_when_anything_fails(tmp_path: Path, failure: type[BaseException]) -> None:
    output = tmp_path / "fox.mp4"
    with pytest.raises((failure, OutputError)):
        fail_half_way(output, failure)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    output = tmp_path / "fox.mp4"
    output.write_text("old", "utf-8")
    with pytest.raises(OutputError, match="--overwrite"), staging(output, overwrite=False):
        raise AssertionError("the block must not run")
    with pytest.raises(ZeroDivisionError):
        fail_half_way(output, ZeroDivisionError)
    assert output.read_text("utf-8") == "old"
    with staging(output, overwrite=True) as folder:
        (folder / output.name).write_text("new", "utf-8")
    assert output.read_text("utf-8") == "new"


def test_a_folder_of_other_things_is_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "fox"
    folder.mkdir()
    (folder / "000001.png").write_bytes(b"")
    refuse_existing(folder, overwrite=True)
    (folder / "letters.txt").write_text("dear", "utf-8")
    with pytest.raises(OutputError, match="never replaced"):
        refuse_existing(folder, overwrite=True)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    output = tmp_path / "nowhere" / "fox.mp4"
    with pytest.raises(OutputError, match="nowhere"), staging(output, overwrite=False):
        raise AssertionError("the block must not run")


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError, match="does not exist"), staging(tmp_path / "file" / "fox.mp4", overwrite=False):
        raise AssertionError("the block must not run")
