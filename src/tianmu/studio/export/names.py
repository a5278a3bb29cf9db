"""What things are called outside: `show_sequence_shot_element_v001`, of letters that every system and suite accepts.

    first-light_002_2B_take_v003      the third take of shot 2B, in scene 2 of First Light
    first-light_sound_music_v001      its music, as long as the film

Letters other than A to Z are brought to them: accents fall off, Chinese is written in pinyin without tones
(月亮上的客人 is `yue-liang-shang-de-ke-ren`). What cannot be brought there (an emoji, a script without a table) is
left out, and where nothing is left, eight digits of the name's SHA-256 stand for it, the same every time.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tianmu.film.cut import Clip, Cut
from tianmu.film.take import Take

if TYPE_CHECKING:
    from tianmu.studio.takes import FilmSettings

LEGAL = re.compile(r"[A-Za-z0-9._-]+")
_LONGEST = 40
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of one film's parts."""

    show: str
    takes: Mapping[str, str]
    """The name of a take's file, without its ending, by the take's id."""
    clips: Mapping[tuple[str, str], str]
    """The name of a piece of the cut, by slate and take."""
    sounds: Mapping[str, str] = field(default_factory=dict[str, str])
    """The name of a stem's file, without its ending, by what is heard in it: `dialogue`, `effects`, `music`."""


def name_parts(cut: Cut, takes: Mapping[str, Take], scenes: Mapping[str, str], *, stems: Collection[str] = ()) -> Names:
    """Name everything that a cut is made of; no two takes have one name.

    Args:
        cut: the cut.
        takes: every take of it, by id.
        scenes: the number of the scene of each slate.
        stems: what is heard in each file of its sound, see `stems_of`; none for a film without sound.
    """
    show = ascii_name(cut.name, "film")
    clips = [item for track in cut.tracks for item in track.items if isinstance(item, Clip)]
    files: dict[str, str] = {}
    pieces: dict[tuple[str, str], str] = {}
    for clip in clips:
        take = takes[clip.take]
        if take.id not in files:
            files[take.id] = _unique(_name(show, take.slate, scenes, take.number), take.id, files.values())
        key = (clip.slate, clip.take)
        if key not in pieces:
            pieces[key] = (
                files[take.id]
                if clip.slate == take.slate
                else _unique(_name(show, clip.slate, scenes, take.number), take.id, {*files.values(), *pieces.values()})
            )
    return Names(show=show, takes=files, clips=pieces, sounds={stem: f"{show}_sound_{stem}_v001" for stem in stems})


def stems_of(settings: FilmSettings) -> tuple[str, ...]:
    """The files in which the sound of a film leaves, by what is heard in them; none for a silent film."""
    if not settings.sound:
        return ()
    return ("dialogue", "effects", "music") if settings.music else ("dialogue", "effects")


def ascii_name(text: str, instead: str) -> str:
    """A name of legal characters, without `_`, which separates the parts: `月亮` is `yue-liang`.

    `instead` and eight digits of its SHA-256 stand for a name of which nothing can be written.
    """
    spelt = _HAN.sub(lambda match: f" {_pinyin(match.group())} ", unicodedata.normalize("NFC", text))
    bare = "".join(c for c in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", bare).lower())
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        name = longer
    return name or f"{instead}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _pinyin(text: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(text, errors="ignore", v_to_u=False))


def _name(show: str, slate: str, scenes: Mapping[str, str], number: int) -> str:
    """`first-light_002_2B_take_v003`."""
    shot = _upper(slate)
    scene = _upper(scenes.get(slate) or re.sub(r"[A-Z]+$", "", slate) or slate)
    digits = re.match(r"[0-9]*", scene)
    padded = scene.zfill(len(scene) + 3 - len(digits[0])) if digits and 0 < len(digits[0]) < 3 else scene
    return f"{show}_{padded}_{shot}_take_v{number:03d}"


def _upper(slate: str) -> str:
    return slate.upper() if LEGAL.fullmatch(slate) and "_" not in slate else ascii_name(slate, "shot").upper()


def _unique(name: str, id: str, taken: Collection[str]) -> str:
    """The name, or with six digits of the take's id where another has it."""
    return f"{name}-{id[:6]}" if name in taken else name
