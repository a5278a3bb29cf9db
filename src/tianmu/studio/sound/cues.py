"""What is heard besides speech and music: chosen from set, weather, time of day, and the words of the action.

1. every scene lies on a bed: its set by day or by night, its weather, what its words name
2. whoever walks or runs is heard to, on the ground of the set
3. what the action names (thunder, a door, a bell) is heard where the words stand in the shot
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from tianmu.film.asset import Asset
from tianmu.film.cut import Cut
from tianmu.film.shot import Shot, ShotSize
from tianmu.film.sound import SoundCue
from tianmu.film.time import count_frames
from tianmu.studio.planner.timing import plain
from tianmu.studio.sound.effects import effect_seconds
from tianmu.studio.sound.timeline import Placed, Stretch, place_shots, stretches
from tianmu.studio.sound.words import sounds_in

CROSSFADE = Fraction(1, 2)
"""Seconds by which a bed begins before its scene and ends after it."""
_INDOORS = ("room", "stage")
_SILENT = ("moon",)

# gains in decibels against a bed of -23 LUFS
_BY_SET: dict[str, tuple[tuple[str, float], ...]] = {
    "meadow": (("breeze", -20.0),),
    "desert": (("wind", -17.0),),
    "snowfield": (("snow", -18.0),),
    "sea": (("sea", -15.0),),
    "city": (("city", -16.0),),
    "forest": (("breeze", -19.0),),
    "lake": (("water", -19.0),),
    "room": (("room", -25.0),),
    "stage": (("hall", -24.0),),
    "moon": (("hum", -22.0),),
}
_ALIVE = ("meadow", "forest", "lake")
"""Sets with birds by day and crickets by night."""
_BY_WEATHER = {"rain": ("rain", -13.0), "snow": ("snow", -19.0), "leaves": ("breeze", -18.0), "fog": ("wind", -26.0)}
_NAMED_GAIN = {"rain": -13.0, "wind": -16.0, "sea": -16.0, "fire": -15.0, "crowd": -17.0}
_EFFECT_GAIN = {
    "thunder": -7.0,
    "explosion": -6.0,
    "shot": -8.0,
    "rocket": -9.0,
    "foghorn": -14.0,
    "siren": -20.0,
    "alarm": -22.0,
    "phone": -21.0,
    "whistle": -20.0,
    "ticking": -24.0,
    "bell": -17.0,
    "passing": -13.0,
    "door": -12.0,
    "flap": -18.0,
}
_USUAL_EFFECT_GAIN = -14.0
_STEP_GAIN = -19.0
_BY_SIZE: dict[ShotSize, float] = {
    "extreme_wide": -9.0,
    "wide": -5.0,
    "medium_wide": -2.0,
    "close": 1.0,
    "extreme_close": 1.0,
}
_GROUND = {
    "room": "footsteps",
    "stage": "footsteps",
    "city": "footsteps",
    "snowfield": "footsteps-snow",
    "desert": "footsteps-sand",
    "sea": "footsteps-sand",
}
_PACES = {"walks": Fraction(19, 10), "runs": Fraction(3)}
_FOOTLESS = frozenset(
    (
        "snail",
        "whale",
        "dolphin",
        "fish",
        "shark",
        "octopus",
        "jellyfish",
        "butterfly",
        "bee",
        "ladybug",
        "bat",
        "cyclist",
        "fairy",
        "bird",
        "eagle",
        "owl",
        "parrot",
    )
)
_WINGED = frozenset(
    (
        "bird",
        "eagle",
        "owl",
        "parrot",
        "bat",
        "duck",
        "swan",
        "dragon",
        "rooster",
        "chick",
        "flamingo",
        "peacock",
    )
)


def ambience_and_effects(cut: Cut, shots: Sequence[Shot], assets: Mapping[str, Asset]) -> tuple[SoundCue, ...]:
    """The cues of a cut, in the order of their beginnings."""
    placed = place_shots(cut, shots)
    cues: list[SoundCue] = []
    for stretch in stretches(placed):
        cues += _beds(stretch, cut, assets)
        cues += _steps(stretch, cut, assets)
        cues += _named(stretch, cut)
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.sound)))


def setting_of(shot: Shot, assets: Mapping[str, Asset]) -> str:
    """The painted set of a shot; a room where none is known."""
    asset = assets.get(shot.set or "")
    return (asset.now.setting if asset is not None else None) or "room"


def seed_of(*parts: object) -> int:
    """A seed that depends on nothing but its parts."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:4], "big")


def _beds(stretch: Stretch, cut: Cut, assets: Mapping[str, Asset]) -> Iterator[SoundCue]:
    first = stretch.shots[0].shot
    setting = setting_of(first, assets)
    wanted: dict[str, tuple[float, str]] = {name: (gain, setting) for name, gain in _BY_SET.get(setting, ())}
    if setting in _ALIVE and first.weather not in ("rain", "snow"):
        name = "crickets" if first.time in ("dusk", "night") else "birds"
        wanted[name] = (-21.0, first.time)
    if setting == "city" and first.time == "night":
        wanted["city"] = (-20.0, first.time)
    if first.weather in _BY_WEATHER and setting not in (*_INDOORS, *_SILENT):
        name, gain = _BY_WEATHER[first.weather]
        wanted[name] = (max(gain, wanted.get(name, (gain, ""))[0]), first.weather)
    for each in stretch.shots:
        for hit, words in sounds_in(plain(each.shot.action)):
            for sense in hit.value:
                if sense.section == "bed" and setting not in _SILENT and sense.key not in wanted:
                    inside = (
                        -8.0
                        if setting in _INDOORS and sense.key in ("rain", "wind", "sea", "birds", "crickets")
                        else 0.0
                    )
                    wanted[sense.key] = (_NAMED_GAIN.get(sense.key, -19.0) + inside, words)
    fade = count_frames(CROSSFADE, cut.fps)
    start = max(0, stretch.start - fade)
    end = min(cut.num_frames, stretch.end + fade)
    for name, (gain, why) in wanted.items():
        # The same set sounds the same whenever the film comes back to it.
        seed = seed_of(name, first.set or setting)
        yield SoundCue(sound=name, start=start, num_frames=end - start, gain=gain, seed=seed, why=why, kind="ambience")


def _steps(stretch: Stretch, cut: Cut, assets: Mapping[str, Asset]) -> Iterator[SoundCue]:
    for each in stretch.shots:
        setting = setting_of(each.shot, assets)
        if setting in _SILENT:
            continue
        for performer in each.shot.performers[:2]:
            subject = assets[performer.asset].now.subject if performer.asset in assets else None
            sound, pace = _moving(performer.action, subject, setting, each.shot.weather)
            if sound is None:
                continue
            gain = _STEP_GAIN + _BY_SIZE.get(each.shot.size, 0.0)
            yield SoundCue(
                sound=sound,
                start=each.start,
                num_frames=each.num_frames,
                gain=gain,
                seed=seed_of("steps", each.shot.slate, performer.asset),
                pace=pace / each.shot.overcrank,
                pan=-0.25 if performer.direction == "left" else 0.25,
                why=performer.action,
            )


def _moving(action: str, subject: str | None, setting: str, weather: str) -> tuple[str | None, Fraction]:
    """What somebody who moves is heard by, and how often a second."""
    if action == "flies" and subject in _WINGED:
        return "flap", Fraction(4)
    if action not in _PACES or subject is None or subject in _FOOTLESS or not _walks(subject):
        return None, Fraction(1)
    ground = "footsteps-snow" if weather == "snow" else _GROUND.get(setting, "footsteps-soft")
    return ground, _PACES[action]


def _walks(subject: str) -> bool:
    from tianmu.world.scene import cast

    return subject in cast() and cast()[subject].group in ("person", "animal")


def _named(stretch: Stretch, cut: Cut) -> Iterator[SoundCue]:
    """Effects that the action names; what several shots show of one text is heard in the first of them."""
    told: set[str] = set()
    for each in stretch.shots:
        text = plain(each.shot.action)
        if not text or text in told:
            continue
        told.add(text)
        heard: set[str] = set()
        for hit, words in sounds_in(text):
            for sense in hit.value:
                if sense.section == "effect" and sense.key not in heard:
                    heard.add(sense.key)
                    yield _effect(each, cut, sense.key, words, Fraction(hit.start, max(1, len(text))))


def _effect(each: Placed, cut: Cut, name: str, words: str, where: Fraction) -> SoundCue:
    start = each.start + int(each.num_frames * (Fraction(1, 12) + where * Fraction(3, 5)))
    frames = count_frames(effect_seconds(name), cut.fps)
    gain = _EFFECT_GAIN.get(name, _USUAL_EFFECT_GAIN) + 0.5 * _BY_SIZE.get(each.shot.size, 0.0)
    return SoundCue(
        sound=name,
        start=start,
        num_frames=max(1, min(frames, cut.num_frames - start)),
        gain=gain,
        seed=seed_of("effect", each.shot.slate, name),
        why=words,
    )
