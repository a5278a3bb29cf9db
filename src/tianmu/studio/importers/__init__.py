"""Screenplays from files, and back: Fountain, Final Draft's FDX, and treatments in plain text or Markdown."""

from __future__ import annotations

from tianmu.studio.importers.fdx import parse_fdx
from tianmu.studio.importers.fdx_writing import write_fdx
from tianmu.studio.importers.file import read_screenplay
from tianmu.studio.importers.fountain import parse_fountain
from tianmu.studio.importers.fountain_writing import write_fountain
from tianmu.studio.importers.treatment import parse_treatment

__all__ = ["parse_fdx", "parse_fountain", "parse_treatment", "read_screenplay", "write_fdx", "write_fountain"]
