"""Assets: the digital twins of a film. A character, a set, a prop or a style, in versions, the same in every shot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from tianmu.core.errors import InputError
from tianmu.core.text import say

AssetKind = Literal["character", "set", "prop", "style"]


@dataclass(frozen=True, kw_only=True)
class AssetVersion:
    """How an asset looks and sounds, once."""

    number: int
    """From 1."""
    words: str
    """What an engine is told, in English, in the fewest words that draw it: `a robot`, `the city`, `sepia tones`."""
    en: str = ""
    """Its description for people, in English."""
    zh: str = ""
    """The same in Chinese."""
    subject: str | None = None
    """The member of the animated cast that plays it (`world/scene.py::cast`), where one does."""
    setting: str | None = None
    """Of a set: the painted set that it is drawn on (`world/scene.py::SETTINGS`)."""
    seed: int = 0
    """Of what the words leave open: the same seed draws the same hills."""
    pictures: tuple[str, ...] = ()
    """Digests of reference pictures in the store's media."""
    voice: str | None = None
    """The name of the voice that speaks it."""
    look: str | None = None
    """Of a style or a set: the digest of a .cube table in the store's media."""
    reason: str = ""
    """Why it looks so, when the studio chose."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A digital twin, with every version that it ever had."""

    SCHEMA: ClassVar[str] = "tianmu.asset.1"

    id: str
    """Letters, digits and hyphens, unique in its project: `character-mara`."""
    kind: AssetKind
    name: str
    """As the script calls it."""
    aliases: tuple[str, ...] = ()
    """Other names that mean the same, in any language."""
    versions: tuple[AssetVersion, ...]
    current: int = 1
    """The number of the version that shots use."""

    def __post_init__(self) -> None:
        if [version.number for version in self.versions] != list(range(1, len(self.versions) + 1)):
            raise InputError(
                say(f"The versions of {self.id} do not count from 1.", f"{self.id} 的版本没有从 1 起依次编号。")
            )
        if not 1 <= self.current <= len(self.versions):
            raise InputError(
                say(
                    f"{self.name} has versions 1 to {len(self.versions)}, and {self.current} is none of them; "
                    "choose one of those.",
                    f"{self.name} 有版本 1 到 {len(self.versions)}，没有 {self.current}；请从中选择。",
                )
            )

    @property
    def now(self) -> AssetVersion:
        """The version that shots use."""
        return self.versions[self.current - 1]

    def use(self, number: int) -> Asset:
        """The same asset with another of its versions in use.

        Raises:
            InputError: there is no such version.
        """
        return replace(self, current=number)

    def revise(self, version: AssetVersion) -> Asset:
        """The same asset with one more version, which is in use from now on; its number is given here."""
        number = len(self.versions) + 1
        return replace(self, versions=(*self.versions, replace(version, number=number)), current=number)
