"""`tianmu train`, `evaluate` and `atlas`: what is refused before any work begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.cli import main


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["train"], 2, "--out"),
        (["train", "--out", "run", "--preset", "huge"], 2, "micro"),
        (["train", "--out", "run", "--stages", "codec,flaw"], 2, "'flaw'"),
        (["train", "--out", "run", "--minutes", "nan"], 2, "--minutes takes a number"),
        (["train", "--out", "run", "--batch", "0"], 2, "--batch takes a whole number"),
        (["train", "--out", "run", "--device", "tpu"], 2, "tpu"),
        (["train", "--out", "run", "--resume"], 3, "no run to resume"),
        (["train", "--out", "begun"], 3, "--resume"),
        (["evaluate"], 2, "--out"),
        (["evaluate", "nothing.safetensors", "--out", "scores"], 5, "nothing.safetensors"),
        (["evaluate", "--out", "scores", "--clips", "0"], 2, "--clips takes a whole number"),
        (["atlas", ".", "-o", "atlas.zip"], 2, "npm pack"),
        (["atlas", ".", "-o", "nowhere/atlas.zip"], 3, "nowhere"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    folder = tmp_path / "runs"
    (folder / "begun").mkdir(parents=True)
    (folder / "begun" / "recipe.json").write_text("{}", "utf-8")
    monkeypatch.chdir(folder)
    assert main(arguments) == code
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.splitlines()) == 1
    assert told.out == ""
    assert [path.name for path in folder.iterdir()] == ["begun"]
