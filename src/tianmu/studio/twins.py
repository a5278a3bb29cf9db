"""Digital twins in the hands of a person: found by name, revised, switched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.film.asset import Asset
from tianmu.media.image import read_image
from tianmu.studio.sound.voices.roster import voice_named
from tianmu.studio.store import Project


def find_asset(assets: Mapping[str, Asset], name: str) -> Asset:
    """The asset of an id, a name or an alias, whatever its case.

    Raises:
        InputError: there is none, or more than one.
    """
    wanted = name.strip().casefold()
    if name in assets:
        return assets[name]
    found = [
        asset
        for asset in assets.values()
        if wanted in {asset.id.casefold(), asset.name.casefold(), *(alias.casefold() for alias in asset.aliases)}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = listed([asset.id for asset in found])
        raise InputError(
            say(f"{name[:40]!r} could be {names}; choose one of them.", f"{name[:40]!r} 可能是 {names}；请指明其一。")
        )
    names = listed([asset.id for asset in assets.values()][:40])
    raise InputError(
        say(f"There is no asset {name[:40]!r}; there are {names}.", f"没有资产 {name[:40]!r}；现有：{names}。")
    )


def revise_asset(
    project: Project,
    asset: Asset,
    *,
    words: str | None = None,
    en: str | None = None,
    zh: str | None = None,
    voice: str | None = None,
    pictures: tuple[Path, ...] = (),
) -> Asset:
    """One more version of an asset, like the one in use but for what is said here; it is not kept yet.

    Raises:
        InputError: the words name nothing that can be seen, for a set no place, or for a style no look; or there is
            no such voice.
        MediaError: a picture cannot be read.
    """
    seen = _seen(asset, words) if words is not None else {}
    if voice is not None:
        voice_named(voice)
    for picture in pictures:
        read_image(picture)
    kept = tuple(project.media.put(picture) for picture in pictures)
    said = {"en": en, "zh": zh, "voice": voice}
    changes = {**seen, **{name: value for name, value in said.items() if value is not None}}
    return asset.revise(
        replace(
            asset.now,
            **changes,  # type: ignore[arg-type]
            pictures=(*asset.now.pictures, *kept),
            reason="A person changed it. / 由人修改。",
        )
    )


def _seen(asset: Asset, words: str) -> dict[str, str | None]:
    """What the words draw, as the world reads them, and a description that says so; nothing is guessed."""
    from tianmu.studio.planner.casting import SET_WORDS, SET_ZH
    from tianmu.world.lexicon import article, wordings
    from tianmu.world.parser import parse
    from tianmu.world.scene import cast

    reading = parse(words, stand_ins=True)
    scene = reading.scene
    match asset.kind:
        case "set" if "setting" in reading.found:
            return _told(asset, SET_WORDS[scene.setting], SET_ZH[scene.setting], setting=scene.setting)
        case "style" if "look" in reading.found:
            return _told(asset, wordings("en")["looks"][scene.look][1], wordings("zh")["looks"][scene.look][0])
        case "character" | "prop" if scene.actors:
            subject = cast()[scene.actors[0].subject]
            return _told(asset, f"{article(subject.en)} {subject.en}", subject.zh, subject=subject.key)
        case _:
            pass
    raise InputError(_nothing(asset, words))


def _told(asset: Asset, words: str, zh: str, **drawn: str) -> dict[str, str | None]:
    return {"words": words, "en": f"{asset.name}: drawn as {words}.", "zh": f"{asset.name}：画成{zh}。", **drawn}


def _nothing(asset: Asset, words: str) -> str:
    """Why words draw nothing of an asset's kind, and what would."""
    if asset.kind == "set":
        return say(
            f"{words[:60]!r} names no place that can be drawn; try one such as 'the city' or 'a forest'.",
            f"{words[:60]!r} 中没有可以画出的地点；请试试“城市”或“森林”。",
        )
    if asset.kind == "style":
        return say(
            f"{words[:60]!r} names no look that can be drawn; try one such as 'sepia' or 'black and white'.",
            f"{words[:60]!r} 中没有可以画出的画风；请试试“水墨”或“黑白”。",
        )
    return say(
        f"{words[:60]!r} names nobody and nothing that can be drawn; try one of the cast, such as 'a fox'.",
        f"{words[:60]!r} 中没有可以画出的人或物；请试试角色表中的名称，例如“狐狸”。",
    )
