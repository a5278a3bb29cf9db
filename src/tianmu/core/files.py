"""Files that are written whole or not at all.

A result is made beside its place under a hidden name and moved there in one step when it is complete, so that a
failure, a full disk or Ctrl-C leaves what was there before, and nothing half-written.
"""

from __future__ import annotations

import errno
import glob
import os
import secrets
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tianmu.core.errors import OutputError
from tianmu.core.text import say

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Turn what the operating system says while `path` is written into an `OutputError` of one sentence."""
    try:
        yield
    except OSError as error:
        raise OutputError(_reason(path, error)) from error


@contextmanager
def whole_file(path: Path) -> Generator[Path]:
    """Yield a temporary path beside `path`; when the block ends well it becomes `path`, else it is removed.

    A block that needs scratch files names them after the temporary path with something added; they go with it.

    Raises:
        OutputError: the folder is missing or not writable, `path` is a folder, or the disk is full.
    """
    _require_folder(path)
    if path.is_dir():
        raise OutputError(
            say(
                f"{path} is a folder, and a file was to be written there; choose another name.",
                f"{path} 是一个文件夹，无法写成文件；请换一个名称。",
            )
        )
    part = _part(path)
    with _removed_unless_kept(part, lambda: _unlink_all(part)):
        with writing(path):
            part.touch(exist_ok=False)
        yield part
        with writing(path):
            part.replace(path)


@contextmanager
def whole_folder(path: Path, *, replaces: Callable[[Path], bool] = lambda folder: False) -> Generator[Path]:
    """Yield a temporary folder beside `path`; when the block ends well it becomes `path`, else it is removed.

    A folder that is there already is taken over when it is empty or `replaces(path)` says that it may go.

    Raises:
        OutputError: something else is at `path`, its folder is missing or not writable, or the disk is full.
    """
    _require_folder(path)
    if path.exists() and not (path.is_dir() and (not any(path.iterdir()) or replaces(path))):
        raise OutputError(
            say(
                f"{path} holds other files, and a new or empty folder was expected; choose another name.",
                f"{path} 中已有其他文件，需要一个新的或空的文件夹；请换一个名称。",
            )
        )
    part = _part(path)
    with _removed_unless_kept(part, lambda: shutil.rmtree(part, ignore_errors=True)):
        with writing(path):
            part.mkdir()
        yield part
        with writing(path):
            if path.exists():
                shutil.rmtree(path)
            part.rename(path)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8 with `\\n` line ends, whole or not at all.

    Raises:
        OutputError: see `whole_file`.
    """
    with whole_file(path) as part, writing(path):
        part.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _removed_unless_kept(part: Path, remove: Callable[[], None]) -> Generator[None]:
    try:
        yield
    except BaseException:
        remove()
        raise


def _unlink_all(part: Path) -> None:
    for scratch in part.parent.glob(glob.escape(part.name) + "*"):
        scratch.unlink(missing_ok=True)


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part")


def _require_folder(path: Path) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise OutputError(
            say(
                f"The folder {folder} does not exist, so {path.name} cannot be written there; make it first.",
                f"文件夹 {folder} 不存在，无法写入 {path.name}；请先创建它。",
            )
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            say(
                f"The folder {folder} is not writable, so {path.name} cannot be written there; choose another folder.",
                f"文件夹 {folder} 不可写，无法写入 {path.name}；请换一个文件夹。",
            )
        )


def _reason(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return say(
            f"The disk is full, so {path} could not be written; free some space or write elsewhere.",
            f"磁盘空间不足，无法写入 {path}；请清理空间或写到别处。",
        )
    what = error.strerror or str(error)
    return say(
        f"{path} could not be written ({what}); check the folder or write elsewhere.",
        f"无法写入 {path}（{what}）；请检查文件夹或写到别处。",
    )
