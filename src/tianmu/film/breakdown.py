"""A breakdown: what a production needs for each scene, in the categories and colours of the industry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

Category = Literal[
    "cast", "extras", "atmosphere", "stunts", "set", "props", "vehicles", "animals", "effects", "sound", "wardrobe"
]
CATEGORIES: tuple[Category, ...] = get_args(Category)

COLOURS: dict[Category, str] = {
    "cast": "#d64541",
    "stunts": "#e8833a",
    "extras": "#e6c229",
    "atmosphere": "#4c9f50",
    "effects": "#3d7dca",
    "props": "#7d4bb5",
    "vehicles": "#e27fb0",
    "animals": "#e27fb0",
    "sound": "#8a5a3c",
    "set": "#6b7a86",
    "wardrobe": "#3f3f8f",
}
"""The colour in which a strip or a marked script shows a category, as `#rrggbb`."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing or person that scenes need."""

    category: Category
    name: str
    """As the script has it first: `MARA`, `lantern`, `灯笼`."""
    asset: str | None = None
    """The id of the asset that plays it, where one does."""
    scenes: tuple[str, ...] = ()
    """Numbers of the scenes that need it, in order."""
    quote: str = ""
    """The words of the script that name it first."""


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """Everything that a screenplay needs."""

    SCHEMA: ClassVar[str] = "tianmu.breakdown.1"

    items: tuple[Item, ...] = ()

    def of(self, scene: str, category: Category | None = None) -> tuple[Item, ...]:
        """What a scene needs, of one category or of all."""
        return tuple(
            item for item in self.items if scene in item.scenes and (category is None or item.category == category)
        )
