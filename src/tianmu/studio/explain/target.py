"""Which take is to be explained: a recipe, a film with its recipe beside it, or a take of a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.studio.output import recipe_path
from tianmu.studio.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from tianmu.studio.store import Store


@dataclass(frozen=True, kw_only=True)
class Target:
    """A take to be explained."""

    name: str
    """What the folder is named after."""
    recipe: Recipe


def find_target(named: str, store: Store | None, project: str | None) -> Target:
    """`fox.mp4.recipe.json`, `fox.mp4` with its recipe beside it, or `1B/2` of a project of `store`.

    Raises:
        InputError: there is no such file and no such take.
        MediaError: the recipe cannot be read.
    """
    path = Path(named)
    if path.is_file() and path.suffix == ".json":
        return Target(name=path.name.removesuffix(".json").removesuffix(".recipe"), recipe=read_recipe(path))
    if path.exists():
        return Target(name=path.name, recipe=read_recipe(recipe_path(path)))
    if store is None or path.suffix:
        raise InputError(
            say(
                f"There is no file {named}; give a recipe, a film with its recipe beside it, or a take such as 1B/2.",
                f"没有文件 {named}；请给出配方、旁边有配方的影片，或素材（如 1B/2）。",
            )
        )
    from tianmu.studio.plan import choose_project

    chosen = choose_project(store, project)
    take = chosen.take(named)
    body = chosen.media.read(take.recipe).decode("utf-8")
    return Target(name=f"{take.slate}-{take.number}", recipe=Recipe.from_json(body))
