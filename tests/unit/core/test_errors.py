"""Every error explains itself in one sentence and leaves with the exit code of its branch."""

from __future__ import annotations

import pytest

from tianmu.core import errors
from tianmu.core.settings import settings


def children(root: type[errors.TianmuError]) -> list[type[errors.TianmuError]]:
    """Those of the tree itself; a room may have private ones that never leave it."""
    return [child for child in root.__subclasses__() if child.__module__ == errors.__name__]


def test_every_branch_has_its_own_exit_code() -> None:
    assert sorted(branch.exit_code for branch in children(errors.TianmuError)) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert errors.UnknownEngine.exit_code == errors.UnsupportedRequest.exit_code == errors.InputError.exit_code


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    def names(root: type[errors.TianmuError]) -> list[str]:
        return [root.__name__, *(name for child in children(root) for name in names(child))]

    drawn = [word for line in (errors.__doc__ or "").splitlines() for word in line.split()[:3] if word.isidentifier()]
    tree = [name for name in drawn if name in vars(errors)]
    assert tree == names(errors.TianmuError)


def test_an_unknown_engine_is_named_with_those_that_are_installed() -> None:
    error = errors.UnknownEngine("dreamer", ["native", "animatic"])
    assert error.installed == ("animatic", "native")
    assert error.explain() == (
        "There is no engine called 'dreamer'; installed are: animatic and native. Choose one with --engine."
    )


def test_a_missing_capability_is_named_with_the_engine_that_has_it() -> None:
    assert "choose an engine that has it: native." in errors.UnsupportedRequest("fake", "image", ["native"]).explain()
    assert "no installed engine has it." in errors.UnsupportedRequest("fake", "image").explain()


def test_errors_speak_chinese_to_whoever_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert errors.UnknownEngine("dreamer", ["native"]).explain().startswith("没有名为 'dreamer' 的引擎")
