"""Lessons: both languages teach the same, every example does what its page says, every rule's word has its lesson."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tianmu.cli import main
from tianmu.core.errors import InputError
from tianmu.core.settings import settings
from tianmu.governance.policy.file import SHIPPED, policy_files, read_policy
from tianmu.studio.lessons import LESSONS, find_lesson, pointer, read_lesson, run_apart, try_lesson

FOLDER = Path(__file__).parents[4] / "src" / "tianmu" / "studio" / "lessons"


def test_every_page_is_a_lesson_and_every_lesson_has_two() -> None:
    assert {page.name for page in FOLDER.glob("*.md")} == {
        f"{word}.{tag}.md" for word in LESSONS for tag in ("en", "zh")
    }


def test_every_word_of_a_rule_has_its_lesson() -> None:
    words = {rule.lesson for path in policy_files(SHIPPED) for rule in read_policy(path).rules if rule.lesson}
    assert words <= set(LESSONS)
    assert words


@pytest.mark.parametrize("word", LESSONS)
def test_both_languages_have_the_same_example_and_shape(word: str) -> None:
    en, zh = read_lesson(word, "en"), read_lesson(word, "zh")
    assert en.steps == zh.steps
    assert en.files == zh.files
    assert en.text.count("\n## ") == zh.text.count("\n## ") == 5
    assert en.text.count("\n- ") == zh.text.count("\n- ")


@pytest.mark.parametrize("word", LESSONS)
def test_it_is_short_and_names_its_source(word: str) -> None:
    en, zh = (re.sub(r"```.*?```", "", read_lesson(word, tag).text, flags=re.DOTALL) for tag in ("en", "zh"))
    assert 150 <= len(en.split()) <= 300
    assert 300 <= len(re.findall(r"[\u4e00-\u9fff]", zh)) <= 600
    why = [text.split("\n## ")[1] for text in (en, zh)]
    assert all(re.search(r"\b(19|20)\d\d\b", text) for text in why), "a case or a rule has a year"


@pytest.mark.parametrize("word", LESSONS)
def test_every_example_does_what_the_page_promises(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def here(arguments: Sequence[str], work: Path, home: Path) -> tuple[int, str]:
        monkeypatch.chdir(work)
        monkeypatch.setenv("TIANMU_HOME", str(home))
        settings.cache_clear()
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    outcomes = try_lesson(read_lesson(word), tmp_path, run=here)
    assert [(one.step.typed, one.came, one.output) for one in outcomes if not one.as_written] == []
    assert all(one.output.strip() for one in outcomes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "work"]


def test_a_command_of_its_own_sees_no_settings_of_this_studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_PERSON", "nobody who is here")
    code, output = run_apart(("person", "list"), tmp_path, tmp_path / "home")
    assert (code, "nobody who is here" in output) == (0, False)
    assert run_apart(("no-such-verb",), tmp_path, tmp_path / "home")[0] == 2


def test_a_lesson_is_found_by_what_it_is_called() -> None:
    assert find_lesson("Local forms").word == find_lesson("local-forms").word == "local-forms"
    assert find_lesson("同意").word == "consent"
    with pytest.raises(InputError, match="near it are: deepfakes"):
        find_lesson("deepfake")
    with pytest.raises(InputError, match="there are: consent, deepfakes"):
        find_lesson("zzzz")


def test_what_a_refusal_ends_with() -> None:
    assert pointer("flashes") == "; tianmu learn flashes says more"
    assert pointer(None) == ""
