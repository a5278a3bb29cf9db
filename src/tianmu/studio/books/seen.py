"""What a picture shows, in a sentence for those who do not see it: who does what, where, when and in which weather."""

from __future__ import annotations

from collections.abc import Mapping

from tianmu.core.settings import Language
from tianmu.core.text import listed, say
from tianmu.film.asset import Asset
from tianmu.film.shot import Performer, Shot, ShotSize
from tianmu.studio.boards.terms import plain, word

_SIZES: dict[ShotSize, tuple[str, str]] = {
    "extreme_wide": ("Seen from very far", "大远景"),
    "wide": ("Seen from afar", "全景"),
    "medium_wide": ("Seen from some way off", "中全景"),
    "medium": ("Seen at half length", "中景"),
    "medium_close": ("Seen from near", "近景"),
    "close": ("Seen close up", "特写"),
    "extreme_close": ("Seen very close up", "大特写"),
}
_TIMES = {"dawn": "at dawn", "noon": "at noon", "sunset": "at sunset", "dusk": "at dusk", "night": "at night"}
_WEATHERS = {
    "cloudy": ("under clouds", "多云"),
    "rain": ("in the rain", "雨中"),
    "snow": ("in falling snow", "雪中"),
    "fog": ("in fog", "雾中"),
    "leaves": ("among falling leaves", "落叶中"),
}
_WAYS = {"left": ("to the left", "向左"), "right": ("to the right", "向右")}
_GO = frozenset({"walks", "runs", "flies", "rolls"})


def describe_picture(shot: Shot, assets: Mapping[str, Asset], language: Language | None = None) -> str:
    """One sentence: `Seen from afar: EMBER, a fox, walks to the right; Snowfield, at dawn, in falling snow.`"""
    who = [_acts(performer, assets, language) for performer in shot.performers]
    who += [_named(assets, id, language) for id in shot.props if all(p.asset != id for p in shot.performers)]
    place = _place(assets, shot.set, language)
    empty = say("nobody is there yet", "空无一人", language=language)
    around = [place, word(shot.time, language) if language == "zh" else _TIMES.get(shot.time, shot.time)]
    around += [say(*_WEATHERS[shot.weather], language=language)] if shot.weather in _WEATHERS else []
    scenery = say(", ", "，", language=language).join(part for part in around if part)
    acts = listed(who, language=language) if who else empty
    size = say(*_SIZES[shot.size], language=language)
    return say(f"{size}: {acts}; {scenery}.", f"{size}：{acts}；{scenery}。", language=language)


def describe_asset(asset: Asset, language: Language | None = None) -> str:
    """What an asset is, in few words: `a red fox`, `一只红狐`."""
    now = asset.now
    return say(now.en or now.words, now.zh or now.words, language=language)


def _acts(performer: Performer, assets: Mapping[str, Asset], language: Language | None) -> str:
    way = _WAYS[performer.direction] if performer.action in _GO else ("", "")
    does = word(performer.action, language)
    name = _named(assets, performer.asset, language)
    return say(
        f"{name}, {does} {way[0]}".rstrip() if "," in name else f"{name} {does} {way[0]}".rstrip(),
        f"{name}{way[1]}{does}",
        language=language,
    )


def _named(assets: Mapping[str, Asset], id: str, language: Language | None) -> str:
    """A name with what it is, where that says more: `EMBER, a fox`."""
    asset = assets.get(id)
    if asset is None:
        return id
    name, what = plain(asset.name).strip(), asset.now.words if language != "zh" else ""
    return f"{name}, {what}" if asset.kind == "character" and what and what.casefold() != name.casefold() else name


def _place(assets: Mapping[str, Asset], id: str | None, language: Language | None) -> str:
    asset = assets.get(id or "")
    return "" if asset is None else plain(asset.name).strip()
