"""A screenplay: scenes with headings, action and speech, as a writer wrote them.

Text keeps Fountain's emphasis marks (`*italic*`, `**bold**`, `_underlined_`), whatever format it came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Interior = Literal["INT", "EXT", "INT/EXT", ""]
"""Inside, outside, both, or not said."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """What is seen. Line breaks inside are the writer's."""

    text: str
    centered: bool = False
    kind: Literal["action"] = "action"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One paragraph of a speech."""

    text: str
    """Without the brackets of a parenthetical, without the tilde of lyrics."""
    manner: Literal["dialogue", "parenthetical", "lyrics"] = "dialogue"


@dataclass(frozen=True, kw_only=True)
class Speech:
    """What one character says at one go."""

    character: str
    """The name as it is written, without extensions: `MARA`, `老周`."""
    extensions: tuple[str, ...] = ()
    """`V.O.`, `O.S.`, `CONT'D`, `画外音`: what stands in brackets after the name, without the brackets."""
    lines: tuple[Line, ...]
    dual: bool = False
    """Spoken at the same time as the speech before it."""
    kind: Literal["speech"] = "speech"

    @property
    def off_screen(self) -> bool:
        """Whether the speaker is heard and not seen."""
        said = {extension.upper().replace(".", "").replace(" ", "") for extension in self.extensions}
        return bool(said & {"VO", "OS", "OC", "画外音", "旁白", "画外"})


@dataclass(frozen=True, kw_only=True)
class Transition:
    """How one scene goes over into the next: `CUT TO:`, `DISSOLVE TO:`, `淡出`."""

    text: str
    kind: Literal["transition"] = "transition"


@dataclass(frozen=True, kw_only=True)
class Note:
    """The writer's note, between `[[` and `]]`; nothing of it is seen."""

    text: str
    kind: Literal["note"] = "note"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading of the outline, such as an act."""

    text: str
    level: int = 1
    kind: Literal["section"] = "section"


@dataclass(frozen=True, kw_only=True)
class Synopsis:
    """A line that says what happens, for readers of the outline."""

    text: str
    kind: Literal["synopsis"] = "synopsis"


@dataclass(frozen=True, kw_only=True)
class PageBreak:
    """A forced new page."""

    kind: Literal["page_break"] = "page_break"


Element = Action | Speech | Transition | Note | Section | Synopsis | PageBreak


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Where and when a scene plays."""

    text: str
    """The whole heading as it is written, without the scene number and without a forcing dot."""
    interior: Interior = ""
    place: str = ""
    """`LIGHTHOUSE - LAMP ROOM`, `咖啡馆`."""
    time: str = ""
    """`NIGHT`, `夜`, `CONTINUOUS`, or nothing."""


@dataclass(frozen=True, kw_only=True)
class ScriptScene:
    """A scene of a screenplay."""

    number: str
    """As it is written (`12A`), or counted from 1 where none is."""
    numbered: bool = False
    """Whether the writer gave the number."""
    heading: Heading
    elements: tuple[Element, ...] = ()
    line: int = 0
    """Of the heading in the file it came from, from 1; 0 where that has no lines."""

    @property
    def speeches(self) -> tuple[Speech, ...]:
        """What is said in it, in order."""
        return tuple(element for element in self.elements if isinstance(element, Speech))

    @property
    def actions(self) -> tuple[Action, ...]:
        """What is seen in it, in order."""
        return tuple(element for element in self.elements if isinstance(element, Action))


@dataclass(frozen=True, kw_only=True)
class Screenplay:
    """A whole screenplay."""

    SCHEMA: ClassVar[str] = "tianmu.screenplay.1"

    title_page: tuple[tuple[str, str], ...] = ()
    """Keys and values in the order of the page: `Title`, `Author`, ...; a value may have line breaks."""
    opening: tuple[Element, ...] = ()
    """What stands before the first heading."""
    scenes: tuple[ScriptScene, ...] = ()

    @property
    def title(self) -> str:
        """The title, on one line, without emphasis marks; empty where the page names none."""
        for key, value in self.title_page:
            if key.strip().lower() in ("title", "标题", "片名"):
                return " ".join(value.replace("*", "").replace("_", " ").split())
        return ""

    @property
    def author(self) -> str:
        """Who wrote it, on one line; empty where the page does not say."""
        for key, value in self.title_page:
            if key.strip().lower() in ("author", "authors", "作者", "编剧"):
                return ", ".join(part.strip() for part in value.splitlines() if part.strip())
        return ""

    @property
    def characters(self) -> tuple[str, ...]:
        """Who speaks, in the order of their first lines."""
        return tuple(dict.fromkeys(speech.character for scene in self.scenes for speech in scene.speeches))
