"""From a book to a draft screenplay: characters, arc, scenes, and the lines that everything came from."""

from __future__ import annotations

from tianmu.studio.adapt.adaptation import Adaptation, adapt
from tianmu.studio.adapt.report import FILES, MANIFESTS, sign_adaptation, write_adaptation
from tianmu.studio.adapt.source import Source, make_source, read_source

__all__ = [
    "FILES",
    "MANIFESTS",
    "Adaptation",
    "Source",
    "adapt",
    "make_source",
    "read_source",
    "sign_adaptation",
    "write_adaptation",
]
