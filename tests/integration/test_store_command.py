"""`tianmu store` and `tianmu project`, as a person types them."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import pytest

from tianmu.cli import main
from tianmu.core.settings import settings
from tianmu.film.take import Take
from tianmu.studio.store import Store, export_project


@pytest.fixture
def film(tmp_path: Path) -> str:
    """The digest of the film of the one take of the project `lighthouse`."""
    data = b"a film of a lighthouse"
    digest = hashlib.sha256(data).hexdigest()
    (tmp_path / "film.mp4").write_bytes(data)
    (tmp_path / "recipe.json").write_bytes(b"{}")
    recipe = hashlib.sha256(b"{}").hexdigest()
    (tmp_path / "still.png").write_bytes(b"still")
    still = hashlib.sha256(b"still").hexdigest()
    files = {digest: tmp_path / "film.mp4", recipe: tmp_path / "recipe.json", still: tmp_path / "still.png"}
    take = Take(
        id="ab" * 32,
        key="key",
        seed=1,
        engine="fake",
        slate="3B",
        number=0,
        film=digest,
        recipe=recipe,
        thumbnail=still,
        num_frames=24,
        fps=Fraction(24),
        width=64,
        height=36,
        bytes=len(data),
        seconds_taken=0.5,
    )
    with Store.open() as store:
        store.create_project("lighthouse").keep_take(take, files)
    return digest


def test_a_new_home_has_no_project_and_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["project", "list"]) == 0
    assert main(["store", "check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "There is no project yet.",
        "0 projects, 0 takes, 0 files (0 B), 0 works on record: all well",
    ]


@pytest.mark.usefixtures("film")
def test_a_project_goes_to_another_home_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first.tianmu", tmp_path / "second.tianmu"
    assert main(["project", "export", "lighthouse", str(first)]) == 0
    assert "all of 'lighthouse'" in capsys.readouterr().out
    monkeypatch.setenv("TIANMU_HOME", str(tmp_path / "other home"))
    settings.cache_clear()
    assert main(["project", "import", str(first)]) == 0
    assert capsys.readouterr().out == "'lighthouse' is here, with 1 takes\n"
    assert main(["project", "export", "lighthouse", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert main(["project", "import", str(first), "--name", "灯塔", "--json"]) == 0
    assert main(["project", "delete", "lighthouse"]) == 0
    capsys.readouterr()
    assert main(["project", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"projects": [{"name": "灯塔", "num_documents": 0, "num_takes": 1}]}
    assert main(["store", "check"]) == 0


@pytest.mark.usefixtures("film")
def test_what_cannot_be_done_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "film.tianmu"
    with Store.open() as store:
        export_project(store.project("lighthouse"), path)
    assert main(["project", "export", "lighthouse", str(path)]) == 3
    assert main(["project", "export", "lighthouse", str(path), "--overwrite"]) == 0
    assert main(["project", "import", str(path)]) == 2
    assert main(["project", "import", str(tmp_path / "film.mp4")]) == 4
    assert main(["project", "delete", "crow"]) == 2
    assert main(["project"]) == 2
    assert main(["store"]) == 2
    told = capsys.readouterr().err
    for part in ("--overwrite", "--name", "no whole zip file", "there are: lighthouse", "tianmu project --help"):
        assert part in told
    assert "Traceback" not in told


def test_what_a_crash_has_left_is_told_and_mended(film: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open() as store:
        store.media.put_bytes(b"nobody wants me")
        store.media.path(film).unlink()
    assert main(["store", "check"]) == 1
    told = capsys.readouterr().out
    assert "orphan " in told
    assert f"missing    {film[:12]}: is the film of lighthouse: 3B/1" in told
    assert "(mend it with --mend)" in told
    assert told.endswith("2 wrong\n")
    assert main(["store", "check", "--mend", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["clean"]
    assert [finding["mended"] for finding in report["findings"]] == [True, True]
    assert main(["store", "check"]) == 0


def test_it_speaks_chinese(film: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert film
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert main(["project", "list"]) == 0
    assert main(["store", "check"]) == 0
    assert main(["project", "delete", "乌鸦"]) == 2
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "lighthouse：1 个镜次，0 份文档",
        "1 个项目，1 个镜次，3 个文件（29 B），0 件作品在案：一切正常",
    ]
    assert "没有名为 '乌鸦' 的项目；现有：lighthouse。" in told.err
