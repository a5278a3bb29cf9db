"""Settings of the person and the machine, read from the environment once and then frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from tianmu.core.errors import InputError

Language = Literal["en", "zh"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things live and which language a person reads."""

    home: Path
    """The studio home: one folder for everything Tianmu keeps. It is made by whoever first writes into it."""

    language: Language
    """The language of every message that a person sees."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read settings from `environment`.

    `TIANMU_HOME` names the studio home (default `~/.tianmu`); `TIANMU_LANG` is `en` or `zh`, and where it is
    unset, the locale (`LC_ALL`, then `LC_MESSAGES`, then `LANG`) decides.

    Raises:
        InputError: `TIANMU_LANG` names a language that Tianmu does not speak.
    """
    home = environment.get("TIANMU_HOME", "").strip()
    return Settings(
        home=Path(home).expanduser().absolute() if home else Path.home() / ".tianmu",
        language=_language(environment),
    )


@cache
def settings() -> Settings:
    """The settings of this process. `settings.cache_clear()` makes the next call read the environment again."""
    return read_settings(os.environ)


def _language(environment: Mapping[str, str]) -> Language:
    chosen = environment.get("TIANMU_LANG", "").strip()
    if chosen:
        match chosen.lower().replace("-", "_").split("_")[0].split(".")[0]:
            case "zh":
                return "zh"
            case "en":
                return "en"
            case _:
                raise InputError(f"TIANMU_LANG must be 'en' or 'zh', and it is {chosen!r}; set it to one of the two.")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = environment.get(name, "").strip()
        if locale:
            return "zh" if locale.lower().startswith("zh") else "en"
    return "en"
