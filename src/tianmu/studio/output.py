"""Where a take is written: what it is called, and how its files appear all together or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tianmu.core.errors import InputError, OutputError
from tianmu.core.files import writing
from tianmu.core.text import say
from tianmu.media.encoders import SEQUENCE_FACTS
from tianmu.media.video import Format, guess_format

_LONGEST_NAME = 60


def choose_output(output: Path | None, format: Format | None, prompt: str) -> tuple[Path, Format]:
    """The file and its format, from what was said of either; with nothing said, a name made of the prompt.

    A sequence of PNG pictures goes into a folder, whose name needs no suffix.

    Raises:
        InputError: the suffix names no format that can be written, or another one than `format`.
    """
    if output is None:
        chosen = format or "mp4"
        return Path(slug(prompt) + ("" if chosen == "png" else f".{chosen}")), chosen
    if not output.name:
        raise InputError(
            say(
                f"{output} is a folder; name a file in it, such as {output / 'fox.mp4'}.",
                f"{output} 是文件夹；请写出其中的文件名，例如 {output / 'fox.mp4'}。",
            )
        )
    if format is None:
        return output, guess_format(output)
    ending = output.suffix.lower().removeprefix(".")
    if format != "png" and ending != format:
        fitting = output.with_suffix(f".{format}").name
        raise InputError(
            say(
                f"With --format {format} the name {output.name!r} must end in .{format}; write {fitting!r}.",
                f"使用 --format {format} 时，文件名 {output.name!r} 应以 .{format} 结尾；请写 {fitting!r}。",
            )
        )
    return output, format


def slug(prompt: str) -> str:
    """A short file name out of a prompt: its letters and digits in any script, joined by hyphens."""
    plain = unicodedata.normalize("NFC", prompt).lower()
    kept = "".join(character if unicodedata.category(character)[0] in "LNM" else " " for character in plain)
    name = ""
    for word in kept.split():
        longer = f"{name}-{word}" if name else word[:_LONGEST_NAME]
        if len(longer.encode()) > 3 * _LONGEST_NAME or len(longer) > _LONGEST_NAME:
            break
        name = longer
    return name or "shot"


def variation_path(output: Path, index: int, num_variations: int) -> Path:
    """`fox.mp4` itself when there is one variation, else `fox-1.mp4`, `fox-2.mp4`, ..."""
    return output if num_variations == 1 else output.with_name(f"{output.stem}-{index + 1}{output.suffix}")


def recipe_path(output: Path) -> Path:
    """The sidecar of a take."""
    return output.with_name(f"{output.name}.recipe.json")


def sheet_path(output: Path) -> Path:
    """The contact sheet of a take."""
    return output.with_name(f"{output.name}.sheet.png")


@contextmanager
def staging(output: Path, *, overwrite: bool) -> Generator[Path]:
    """A hidden folder beside `output`; what lies in it when the block ends well is moved beside `output`.

    When the block fails or is interrupted, nothing of it stays.

    Raises:
        OutputError: the folder is missing or not writable, the disk is full, or a file there may not be replaced.
    """
    if not output.parent.is_dir():
        raise OutputError(
            say(
                f"The folder {output.parent} does not exist; make it first, or choose another with -o.",
                f"文件夹 {output.parent} 不存在；请先创建，或用 -o 另选。",
            )
        )
    for path in (output, recipe_path(output), sheet_path(output)):
        refuse_existing(path, overwrite=overwrite)
    try:
        with writing(output), tempfile.TemporaryDirectory(dir=output.parent, prefix=".tianmu-") as folder:
            yield Path(folder)
            for made in sorted(Path(folder).iterdir()):
                _move(made, output.parent / made.name)
    except OutputError as error:
        if isinstance(error.__cause__, OSError):
            with writing(output):  # so that the sentence names the place that was asked for, not the hidden folder
                raise error.__cause__ from error
        raise


def make_folder(folder: Path) -> None:
    """Make a folder to write into, with those above it, where it is missing.

    Raises:
        OutputError: a file is there, or it cannot be made or written into.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            say(
                f"{folder} is a file, and a folder was to be there; choose another with -o.",
                f"{folder} 是一个文件，而这里应为文件夹；请用 -o 另选一处。",
            )
        )
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def refuse_existing(path: Path, *, overwrite: bool = False) -> None:
    """Raise OutputError when something is at `path` that may not be replaced.

    A folder is replaced only when it holds a sequence of pictures and nothing else, whatever `overwrite` says.
    """
    if not (path.exists() or path.is_symlink()):
        return
    if path.is_dir() and not _is_sequence(path):
        raise OutputError(
            say(
                f"{path} is a folder with other files in it, and is never replaced; choose another name with -o.",
                f"{path} 是一个装有其他文件的文件夹，不会被覆盖；请用 -o 换个名字。",
            )
        )
    if not overwrite:
        raise OutputError(
            say(
                f"{path} is there already; choose another name with -o, or allow it with --overwrite.",
                f"{path} 已经存在；请用 -o 换个名字，或用 --overwrite 允许覆盖。",
            )
        )


def _is_sequence(folder: Path) -> bool:
    return all(entry.name == SEQUENCE_FACTS or entry.suffix == ".png" for entry in folder.iterdir())


def _move(made: Path, target: Path) -> None:
    """Put `made` at `target` in one step; a folder that is there is taken away first."""
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    made.replace(target)
