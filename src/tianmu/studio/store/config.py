"""Where a store lies: a home folder, or a database and a place for media by URL."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tianmu.core.settings import settings

DATABASE = "studio.db"
MEDIA = "media"
CACHE = "cache"
PATIENCE = 30
"""Seconds that a writer waits for another."""


@dataclass(frozen=True, kw_only=True)
class StoreConfig:
    """Where a store lies."""

    home: Path
    """The studio home: the database and the media of a local store, and the cache of a remote one."""
    url: str | None = None
    """Of a database, such as `postgresql+psycopg://user@host/tianmu`; None is SQLite in the home."""
    media_url: str | None = None
    """Of a place for media, such as `s3://bucket/tianmu`; None is a folder in the home."""


def read_config(
    home: Path | None = None,
    url: str | None = None,
    media_url: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> StoreConfig:
    """What was said, else what `TIANMU_STORE` and `TIANMU_MEDIA` say, else the home of `core.settings`."""
    return StoreConfig(
        home=(home or settings().home).absolute(),
        url=url or environment.get("TIANMU_STORE", "").strip() or None,
        media_url=media_url or environment.get("TIANMU_MEDIA", "").strip() or None,
    )
