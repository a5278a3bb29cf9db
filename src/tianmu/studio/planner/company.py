"""The company of a film: its assets, found by the names and words of the script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.asset import Asset
from tianmu.film.screenplay import ScriptScene
from tianmu.studio.planner.mentions import Names, folded
from tianmu.studio.planner.places import place_name


@dataclass(frozen=True, kw_only=True)
class Company:
    """Assets by what a script calls them."""

    by_id: dict[str, Asset]
    characters: dict[str, str]
    """Folded names and aliases to ids."""
    sets: dict[str, str]
    props: dict[str, str]
    """Keys of the world's cast to ids of the props that they play."""
    names: Names[str] = field(compare=False)
    """Finds characters in action, by id."""
    players: dict[str, str] = field(default_factory=dict[str, str])
    """Keys of the world's cast to ids of the characters that they play: "the fox" may be somebody with a name."""
    style: str | None = None

    def speaker(self, name: str, scene: ScriptScene) -> str:
        """The id of a character who speaks.

        Raises:
            InputError: nobody of the assets has that name.
        """
        found = self.characters.get(folded(name))
        if found is None:
            raise InputError(
                say(
                    f"{name} speaks in scene {scene.number} and is no asset of this film; cast the screenplay again.",
                    f"{name} 在第 {scene.number} 场有台词，却不在本片的素材中；请重新选角。",
                )
            )
        return found

    def set_of(self, scene: ScriptScene) -> Asset:
        """The set of a scene.

        Raises:
            InputError: no set of the assets has that name.
        """
        name = place_name(scene.heading)
        found = self.sets.get(folded(name))
        if found is None:
            raise InputError(
                say(
                    f"Scene {scene.number} plays at {name}, which is no asset of this film; cast the screenplay again.",
                    f"第 {scene.number} 场的地点 {name} 不在本片的素材中；请重新选角。",
                )
            )
        return self.by_id[found]

    def group(self, id: str) -> str:
        """What the script means: `person`, `animal`, `vehicle` or `thing`, of the world's cast.

        It is that of the first version: another version may look like something else, and is covered in the same way.
        """
        from tianmu.world.scene import cast

        key = self.by_id[id].versions[0].subject
        return cast()[key].group if key is not None and key in cast() else "person"


def gather(assets: Sequence[Asset]) -> Company:
    """The company that these assets are; where two have one name, the first counts."""
    by_kind: dict[str, dict[str, str]] = {"character": {}, "set": {}, "prop": {}, "style": {}}
    props: dict[str, str] = {}
    for asset in assets:
        for name in (asset.name, *asset.aliases):
            by_kind[asset.kind].setdefault(folded(name), asset.id)
        if asset.kind == "prop":
            for version in asset.versions:  # whichever version is in use, the script still names the first
                if version.subject is not None:
                    props.setdefault(version.subject, asset.id)
                    break
    characters = [asset for asset in assets if asset.kind == "character"]
    players = {asset.versions[0].subject: asset.id for asset in reversed(characters)}
    return Company(
        by_id={asset.id: asset for asset in assets},
        characters=by_kind["character"],
        sets=by_kind["set"],
        props=props,
        names=Names([(asset.id, (asset.name, *asset.aliases)) for asset in characters]),
        players={key: id for key, id in players.items() if key is not None},
        style=next(iter(by_kind["style"].values()), None),
    )
