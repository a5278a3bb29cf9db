"""From a book to a draft screenplay: characters, arc, scenes, and the lines that everything came from."""

from __future__ import annotations

from tianmu.studio.adapt.adaptation import Adaptation, adapt
from tianmu.studio.adapt.report import FILES, write_adaptation
from tianmu.studio.adapt.source import Source, make_source, read_source

__all__ = ["FILES", "Adaptation", "Source", "adapt", "make_source", "read_source", "write_adaptation"]
