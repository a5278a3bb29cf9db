"""The forms in which a film leaves besides timelines and subtitles, by the word that asks for each.

Every form is a function in a module of its own, loaded when it is asked for; `studio.edition.Form` is its shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from tianmu.studio.edition import Form

FORMS: Mapping[str, str] = {}
"""`module:function` of each."""

FORM_ENDINGS: tuple[str, ...] = ("c2pa",)
"""Of the files that forms write, for telling an earlier export from a folder with other things in it."""
FORM_FOLDERS: tuple[str, ...] = ()
"""How the names of the folders end that are one work."""


def load_form(name: str) -> Form:
    """The function that writes a form."""
    module, _, function = FORMS[name].partition(":")
    return getattr(import_module(module), function)
