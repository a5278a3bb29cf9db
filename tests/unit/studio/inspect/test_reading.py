"""The worker and its clock: a layer that hangs or dies costs itself, and the next one is read all the same."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.unit.studio.inspect.conftest import Studio

from tianmu.studio.inspect import reading
from tianmu.studio.inspect.kinds import recognise
from tianmu.studio.inspect.reading import Keys, Reader


def test_each_layer_that_was_asked_for_answers(studio: Studio) -> None:
    path = studio.works["png"]
    answers = studio.reader.read(path, recognise(path), ("digest", "source_type", "content"), Keys())
    assert {name: answer.status for name, answer in answers.items()} == {
        "digest": "found",
        "source_type": "absent",
        "content": "found",
    }


def test_a_layer_without_time_is_late_and_the_next_is_read(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    path = studio.works["mp4"]
    monkeypatch.setattr(reading, "SECONDS", {**reading.SECONDS, "watermark": 0.0})
    with Reader() as reader:
        answers = reader.read(path, recognise(path), ("watermark", "digest"), Keys())
        assert (answers["watermark"].status, answers["digest"].status) == ("late", "found")
        assert answers["watermark"].reason == "it takes too long, and was given up"


def test_a_worker_that_dies_is_followed_by_another(studio: Studio) -> None:
    path = studio.works["png"]
    kind = recognise(path)
    with Reader() as reader:
        reader.read(path, kind, ("digest",), Keys())
        process = reader._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        answers = reader.read(path, kind, ("aigc", "digest"), Keys())
        assert answers["aigc"].status == "failed"
        assert answers["aigc"].reason == "what reads it broke down over it"
        assert answers["digest"].status == "found"


def test_a_pipe_that_nobody_writes_holds_nobody_up(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that becomes a pipe after it was recognised: the worker hangs in opening it, and is ended."""
    path = tmp_path / "file.png"
    path.write_bytes(studio.works["png"].read_bytes())
    kind = recognise(path)
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(reading, "SECONDS_IN_ALL", 0.5)
    with Reader() as reader:
        answers = reader.read(path, kind, ("digest", "content"), Keys())
    assert {answer.status for answer in answers.values()} == {"late"}


def test_nothing_is_imported_from_the_folder_one_stands_in(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "av.py").write_text("raise SystemExit('a stranger')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    path = studio.works["png"]
    with Reader() as reader:
        assert reader.read(path, recognise(path), ("digest",), Keys())["digest"].status == "found"
