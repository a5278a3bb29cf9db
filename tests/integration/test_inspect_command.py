"""`tianmu inspect` as it is installed: a shot that it made itself, the shot changed, and a file that is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "tianmu"]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_shot_is_intact_until_it_is_changed(tmp_path: Path) -> None:
    shot = ("shot", "a fox walks across a meadow", "--engine", "fake", "--seconds", "2", "-o", "fox.mp4")
    assert run(tmp_path, *shot).returncode == 0
    intact = run(tmp_path, "inspect", "fox.mp4")
    assert intact.returncode == 0, intact.stdout + intact.stderr
    assert intact.stdout.startswith("fox.mp4: Made by AI, as its ")
    assert "(this studio), and not changed since." in intact.stdout.splitlines()[0]
    data = bytearray((tmp_path / "fox.mp4").read_bytes())
    data[-100] ^= 1
    (tmp_path / "turned.mp4").write_bytes(data)
    (tmp_path / "text.mp4").write_bytes(b"no film at all\n" * 40)
    changed = run(tmp_path, "inspect", "fox.mp4", "turned.mp4", "--json")
    assert changed.returncode == 2
    assert [row["verdict"] for row in rows(changed)] == ["intact", "changed"]
    none = run(tmp_path, "inspect", "turned.mp4", "text.mp4", "--json")
    assert none.returncode == 3
    assert [row["exit_code"] for row in rows(none)] == [2, 3]
