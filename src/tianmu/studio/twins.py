"""Digital twins in the hands of a person: found by name, revised, switched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.film.asset import Asset
from tianmu.media.image import read_image
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
        InputError: the words name nothing that can be seen, or for a set no place.
        MediaError: a picture cannot be read.
    """
    for picture in pictures:
        read_image(picture)
    kept = tuple(project.media.put(picture) for picture in pictures)
    version = replace(
        asset.now,
        en=en if en is not None else asset.now.en,
        zh=zh if zh is not None else asset.now.zh,
        voice=voice if voice is not None else asset.now.voice,
        pictures=(*asset.now.pictures, *kept),
        reason=say("a person changed it", "由人修改"),
    )
    if words is not None:
        version = replace(version, **_seen(asset, words))
    return asset.revise(version)


def _seen(asset: Asset, words: str) -> dict[str, str | None]:
    """What the words draw, as the world reads them."""
    from tianmu.world.expand import expand
    from tianmu.world.lexicon import article
    from tianmu.world.scene import cast

    expansion = expand(words)
    scene = expansion.scene
    if asset.kind == "set":
        return {"words": words, "setting": scene.setting}
    if not scene.actors:
        raise InputError(
            say(
                f"{words[:60]!r} names nobody and nothing that can be drawn; try one of the cast, such as 'a fox'.",
                f"{words[:60]!r} 中没有可以画出的人或物；请试试角色表中的名称，例如“狐狸”。",
            )
        )
    subject = cast()[scene.actors[0].subject]
    return {"words": f"{article(subject.en)} {subject.en}", "subject": subject.key}
