"""The forms in which a film leaves besides timelines and subtitles, by the word that asks for each.

Every form is a function in a module of its own, loaded when it is asked for; `studio.edition.Form` is its shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from tianmu.studio.edition import Form

FORMS: Mapping[str, str] = {
    "h264": "tianmu.studio.deliver.films:write_h264",
    "hevc": "tianmu.studio.deliver.films:write_hevc",
    "av1": "tianmu.studio.deliver.films:write_av1",
    "prores": "tianmu.studio.deliver.films:write_prores",
    "webm": "tianmu.studio.deliver.films:write_webm",
    "hls": "tianmu.studio.deliver.hls:write_hls",
    "frames": "tianmu.studio.deliver.frames:write_frames",
    "stems": "tianmu.studio.deliver.stems:write_stems",
    "360": "tianmu.studio.panorama:write_panorama",
    "trailer": "tianmu.studio.excerpts.trailer:write_trailer",
    "teaser": "tianmu.studio.excerpts.teaser:write_teaser",
    "drama": "tianmu.studio.drama.drama:write_drama",
    "book": "tianmu.studio.books.book:write_book",
    "epub": "tianmu.studio.books.epub:write_epub",
    "comic": "tianmu.studio.books.comic:write_comic",
}
"""`module:function` of each."""

FORM_ENDINGS: tuple[str, ...] = ("mp4", "mov", "webm", "vtt", "m4a", "webp", "pdf", "epub", "c2pa")
"""Of the files that forms write, for telling an earlier export from a folder with other things in it."""
FORM_FOLDERS: tuple[str, ...] = ("-hls", "-frames", "-stems", "-comic")
"""How the names of the folders end that are one work."""


def load_form(name: str) -> Form:
    """The function that writes a form."""
    module, _, function = FORMS[name].partition(":")
    return getattr(import_module(module), function)
