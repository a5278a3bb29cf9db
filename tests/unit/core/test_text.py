"""Two languages, one of them at a time."""

from __future__ import annotations

import pytest

from tianmu.core.settings import settings
from tianmu.core.text import listed, say


def test_say_follows_the_settings_and_an_override(monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("fox", "狐狸") == "fox"
    assert say("fox", "狐狸", language="zh") == "狐狸"
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert say("fox", "狐狸") == "狐狸"


@pytest.mark.parametrize(
    ("names", "en", "zh"),
    [
        ([], "none", "无"),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a 和 b"),
        (["a", "b", "c"], "a, b and c", "a、b 和 c"),
    ],
)
def test_listed(names: list[str], en: str, zh: str) -> None:
    assert listed(names, language="en") == en
    assert listed(names, language="zh") == zh
