"""The installed command as a person meets it: in its own process, at a terminal or in a pipe, and interrupted."""

from __future__ import annotations

import json
import os
import pty
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.eyes

COMMAND = [sys.executable, "-m", "tianmu"]
LONG = ["shot", "a fox", "--engine", "fake", "--seconds", "3000", "--size", "640x360", "-o", "fox.mp4"]
SMALL = ["shot", "a fox", "--engine", "fake", "--seconds", "1", "-o", "fox.mp4"]


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    return folder


def run(
    films: Path, *arguments: str, before: Callable[[], None] | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=films,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=before,
    )


def read_until(terminal: int, wanted: bytes) -> bytes:
    """What the process writes on its terminal, up to the first time that it has written `wanted`, or to its end."""
    told = b""
    while wanted not in told:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, f"nothing came for a minute after {told!r}"
        try:
            part = os.read(terminal, 65536)
        except OSError:  # how Linux tells that the other side was closed
            break
        if not part:
            break
        told += part
    return told


def test_help_and_the_list_of_verbs_import_nothing_heavy(films: Path) -> None:
    code = "import sys; from tianmu.cli.parser import build_parser; build_parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=films, capture_output=True, text=True, check=True)
    assert not {"torch", "numpy", "av", "PIL", "opentimelineio", "cv2"} & set(done.stdout.split())


def test_a_shot_in_a_pipe_says_one_line_and_nothing_else(films: Path) -> None:
    done = run(films, *SMALL, environment={"TERM": "xterm-kitty"})
    assert done.returncode == 0
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_shot_is_made_without_torch(films: Path) -> None:
    code = (
        "import sys; from tianmu.cli import main; "
        f"assert main({SMALL!r}) == 0; assert 'torch' not in sys.modules, 'torch was imported'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=films, check=True, timeout=120)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopped_half_way_nothing_stays(films: Path, stop: signal.Signals) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *LONG],
        cwd=films,
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        stderr=theirs,
        stdout=subprocess.PIPE,
        # Whoever runs the tests in the background has told them to ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )
    os.close(theirs)
    try:
        seen = read_until(ours, b" %")
        assert b"\xe2\x96\x80" in seen, "a preview in half blocks was expected"
        assert any(films.iterdir()), "the film was expected to be half-written by now"
        process.send_signal(stop)
        told = read_until(ours, b"nothing half-made was kept")
        out, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[stop]
    assert out == b""
    assert b"Traceback" not in told
    assert list(films.iterdir()) == []


def test_a_disk_that_is_full_is_one_sentence_and_nothing_stays(films: Path) -> None:
    def limit() -> None:
        """The kernel refuses the write that would make a file larger than this."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = run(films, *SMALL[:-4], "--seconds", "60", "--size", "640x360", "-o", "fox.mp4", before=limit)
    assert done.returncode == 3
    assert "The disk is full" in done.stderr
    assert "fox.mp4" in done.stderr
    assert ".tianmu-" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(films.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable_is_one_sentence(films: Path) -> None:
    films.chmod(0o500)
    try:
        done = run(films, *SMALL)
    finally:
        films.chmod(0o700)
    assert done.returncode == 3
    assert "not writable" in done.stderr or "Permission denied" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_error(films: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m tianmu engines --json | head -c 1",
        shell=True,
        cwd=films,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stderr == ""


def test_a_recipe_makes_the_same_bytes_in_another_process(films: Path) -> None:
    assert run(films, *SMALL).returncode == 0
    done = run(films, "repeat", "fox.mp4.recipe.json", "--json")
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert again["same"] is True
    kept = json.loads((films / "fox.mp4.recipe.json").read_text("utf-8"))
    assert again["take"]["encoded_sha256"] == kept["encoded_sha256"]  # all but the signature


def test_bytes_that_are_no_text_are_a_sentence(films: Path) -> None:
    done = subprocess.run(
        [*map(os.fsencode, COMMAND), b"shot", b"fox \xff\xfe", b"--engine", b"fake"],
        cwd=films,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert b"UTF-8" in done.stderr
    assert list(films.iterdir()) == []


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "ascii"}])
def test_a_narrow_locale_is_no_reason_to_fail(films: Path, environment: dict[str, str]) -> None:
    done = run(
        films,
        "shot",
        "一只红狐",
        "--engine",
        "fake",
        "--seconds",
        "1",
        environment={"TIANMU_LANG": "zh", **environment},
    )
    assert done.returncode == 0, done.stderr
    assert (films / "一只红狐.mp4").exists()
