"""Settings come from the environment, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.core.errors import InputError
from tianmu.core.settings import read_settings


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"TIANMU_LANG": "zh"}, "zh"),
        ({"TIANMU_LANG": "zh_CN.UTF-8"}, "zh"),
        ({"TIANMU_LANG": "zh-Hans"}, "zh"),
        ({"TIANMU_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_the_language(environment: dict[str, str], language: str) -> None:
    assert read_settings(environment).language == language


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(InputError, match=r"TIANMU_LANG must be 'en' or 'zh', and it is 'tlh'"):
        read_settings({"TIANMU_LANG": "tlh"})


def test_the_home_is_where_it_is_said_to_be_and_is_not_made_by_reading(tmp_path: Path) -> None:
    home = tmp_path / "studio"
    assert read_settings({"TIANMU_HOME": str(home)}).home == home
    assert not home.exists()
    assert read_settings({}).home == Path.home() / ".tianmu"
