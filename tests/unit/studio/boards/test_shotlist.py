"""A shot list opens right where Chinese is read, runs no formula, and breaks no table."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.shot import Performer, Reason, Shot, ShotList, SpokenLine
from tianmu.studio.boards.shotlist import COLUMNS, write_shot_csv, write_shot_markdown
from tianmu.studio.boards.terms import plain

FOX = Asset(
    id="character-fox",
    kind="character",
    name="阿橘 JU",
    versions=(AssetVersion(number=1, words="a fox"),),
)
SHOT = Shot(
    prompt="a fox runs across a meadow at dusk",
    slate="3B",
    scene="3",
    size="close",
    seconds=Fraction(10, 3),
    performers=(Performer(asset="character-fox", action="runs", direction="left"),),
    set="set-meadow",
    time="dusk",
    weather="leaves",
    action='它跑过草地，说："来了"，\n然后停下。',
    lines=(SpokenLine(character="SUI", text="Coming!\n来了！", seconds=Fraction(1)),),
    reasons=(Reason(choice="size", en="It speaks.", zh="它在说话。"),),
)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "shots.csv"
    write_shot_csv(path, ShotList(shots=(SHOT,)), "zh", assets=(FOX,))
    head, row = rows(path)
    assert head == [chinese for _, chinese in COLUMNS.values()]
    found = dict(zip(COLUMNS, row, strict=True))
    assert found["slate"] == "3B"
    assert found["seconds"] == "3.33"
    assert found["size"] == "特写"
    assert found["cast"] == "阿橘 JU（跑，向左）"
    assert (found["time"], found["weather"]) == ("黄昏", "落叶")
    assert found["set"] == "set-meadow"
    assert found["action"] == SHOT.action
    assert found["dialogue"] == "SUI：Coming!\n来了！"
    assert found["reasons"] == "它在说话。"


def test_excel_sees_the_mark_and_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "shots.csv"
    write_shot_csv(path, ShotList(shots=(SHOT, SHOT)), "en")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfSlate,Scene,")
    assert data.count(b"\r\n") == 3
    assert data.endswith(b"\r\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(st.sampled_from("=+-@\t\r\n ＝＋－＠aB1,\";'|*_灯"), max_size=12), st.sampled_from(["en", "zh"]))
def test_no_cell_is_a_formula_and_no_word_is_lost(tmp_path: Path, words: str, language: str) -> None:
    path = tmp_path / "shots.csv"
    shot = Shot(
        prompt="x", slate=words, action=words, lines=(SpokenLine(character=words, text="a", seconds=Fraction(1)),)
    )
    write_shot_csv(path, ShotList(shots=(shot,)), "zh" if language == "zh" else "en")
    _, row = rows(path)
    assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))]
    assert not [cell for cell in row if cell.startswith(("\t", "\r", "\n"))]
    action = dict(zip(COLUMNS, row, strict=True))["action"]
    assert action.removeprefix("'") == plain(words).strip().removeprefix("'")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "＝1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(tmp_path: Path, start: str) -> None:
    write_shot_csv(tmp_path / "a.csv", ShotList(shots=(Shot(prompt=start),)))
    assert rows(tmp_path / "a.csv")[1][list(COLUMNS).index("prompt")] == f"'{start.strip()}"


def test_a_table_in_markdown(tmp_path: Path) -> None:
    path = tmp_path / "shots.md"
    odd = Shot(prompt="x", slate="1A", action="a | b\nc <i>d</i> `e` 2 * 3")
    write_shot_markdown(path, ShotList(shots=(SHOT, odd), notes=("The rules took over.",)), "en", assets=(FOX,))
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == "# Shot list"
    assert lines[2] == "2 shots, 0:07, 16:9"
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 4
    assert "阿橘 JU (runs, left)" in table[2]
    assert "SUI: Coming!<br>来了！" in table[2]
    assert r"a \| b<br>c &lt;i&gt;d&lt;/i&gt; \`e\` 2 \* 3" in table[3]
    assert {line.replace(r"\|", "").count("|") for line in table} == {9}
    assert lines[-1] == "- The rules took over."


def test_a_list_without_shots_is_a_list(tmp_path: Path) -> None:
    write_shot_csv(tmp_path / "a.csv", ShotList())
    write_shot_markdown(tmp_path / "a.md", ShotList(), "zh")
    assert len(rows(tmp_path / "a.csv")) == 1
    assert (tmp_path / "a.md").read_text("utf-8").startswith("# 分镜表\n\n0 个镜头，0:00\n")
