"""Where and when a scene plays: a heading's place as one of the painted sets, its time of day, its weather."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tianmu.film.screenplay import Heading, ScriptScene
from tianmu.studio.planner.timing import plain
from tianmu.studio.planner.vocabulary import Finder, Hit, Sense, finder_of, is_chinese, negated, sections, tokens

NEAR = 0.5
"""Cosine from which a place is painted as the set that is nearest in meaning; measured on a handful of places, nearer
misses ("promenade", 0.32) were as often wrong as right."""
_INDOORS = ("room", "stage", "moon")
"""Sets that an interior can be painted on, apart from the inside of a car."""
_RIDES = frozenset(("car", "taxi", "bus", "train", "van", "truck", "汽车", "出租车", "公交车", "火车", "车"))


@dataclass(frozen=True, kw_only=True)
class Place:
    """A painted set, and why it was chosen, in both languages."""

    setting: str
    en: str
    zh: str
    known: bool = True
    """Whether the heading says where it is; else a person may want to choose another set."""


def place_name(heading: Heading) -> str:
    """What the set is called: the place, or the whole heading where none was read."""
    return " ".join((heading.place or heading.text).split()) or "?"


def find_place(heading: Heading) -> Place:
    """The painted set of a heading: by its words, by inside and outside, else by the nearest meaning."""
    name = place_name(heading)
    hits = _places().find(tokens(name))
    # The last word of a place is its noun: HOSPITAL ROOFTOP is a roof, 咖啡馆门口 is outside.
    found = [(name[hit.start : hit.end], hit.value.key) for hit in reversed(hits)]
    if heading.interior == "INT":
        inside = [(word, key) for word, key in found if key in _INDOORS]
        if inside:
            return _by_word(*inside[0])
        if any(word.lower() in _RIDES for word, _ in found):
            return Place(setting="city", en="it plays inside a vehicle on the road", zh="这场戏发生在行驶的车里")
        return Place(setting="room", en="the scene is an interior", zh="这是一场内景")
    outside = [(word, key) for word, key in found if key != "room"] if heading.interior else found
    if outside:
        return _by_word(*outside[0])
    if found:
        word = found[0][0]
        return Place(
            setting="city", en=f"“{word}” from outside is a building in a street", zh=f"“{word}”的外面是街上的建筑"
        )
    return _nearest(name, outdoors=heading.interior == "EXT")


def _by_word(word: str, setting: str) -> Place:
    return Place(setting=setting, en=f"the heading names “{word}”", zh=f"场景标题中有“{word}”")


def _nearest(name: str, *, outdoors: bool) -> Place:
    """By meaning, where no word is known; by sentence vectors, which take a second to load."""
    from tianmu.world.embedding import neighbours

    nearest = neighbours([name[:200].lower()], "zh" if is_chinese(name) else "en")[0]["setting"]
    if nearest.score >= NEAR and not (outdoors and nearest.key == "room"):
        return Place(setting=nearest.key, en=f"“{name}” is nearest to it in meaning", zh=f"“{name}”的意思与它最接近")
    setting = "city" if outdoors else "room"
    return Place(setting=setting, en=f"nothing is known of “{name}”", zh=f"对“{name}”没有更多了解", known=False)


@cache
def _places() -> Finder[Sense]:
    return Finder(_place_phrases())


def _place_phrases() -> Iterator[tuple[str, Sense]]:
    from tianmu.world.phrasebook import phrases

    for key, listed in sections()["places"].items():
        yield from ((phrase.strip(), Sense("places", key)) for phrase in listed.split(";"))
    for language in ("en", "zh"):
        for section in ("settings", "setting_stand_ins"):
            for key, listed in phrases()[language][section].items():
                yield from ((phrase.strip(), Sense("places", key)) for phrase in listed.split(";"))


def time_of_day(heading: Heading) -> str | None:
    """One of the world's times, or None where the heading says none of its own (`CONTINUOUS`, `LATER`)."""
    for text in (heading.time, heading.text if not heading.time else ""):
        hits = finder_of("times").find(tokens(text))
        if hits:
            return hits[0].value.key
    return None


def find_weather(scene: ScriptScene, setting: str) -> tuple[str, str]:
    """The weather of a scene and the word that says so: that of the heading, else of its action; fair indoors."""
    if setting in ("room", "stage", "moon"):
        return "clear", ""
    for text in (scene.heading.text, *(plain(action.text) for action in scene.actions)):
        words = tokens(text)
        hits: list[Hit[Sense]] = finder_of("weathers").find(words)
        for hit in hits:
            if not negated(words, hit.first):
                return hit.value.key, text[hit.start : hit.end]
    return "clear", ""
