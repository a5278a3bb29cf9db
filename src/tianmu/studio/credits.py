"""What the end credits say: who wrote it, who is who, what made the pictures, whose sprites they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tianmu.core.settings import Language
from tianmu.core.text import say
from tianmu.film.asset import Asset
from tianmu.film.cut import TitleLine
from tianmu.film.screenplay import Screenplay
from tianmu.studio.assembly import Filmed

_ENGINES = {
    "native": ("the Tianmu world model", "天幕世界模型"),
    "animatic": ("the Tianmu animated stage", "天幕动画舞台"),
}


def credit_lines(
    screenplay: Screenplay, assets: Mapping[str, Asset], filmed: Sequence[Filmed]
) -> tuple[TitleLine, ...]:
    """The lines of the credits, in the language of the title."""
    language: Language = "zh" if _chinese(screenplay) else "en"
    lines: list[TitleLine] = []

    def add(heading: str, *bodies: str) -> None:
        lines.append(TitleLine(text=heading, role="heading"))
        lines.extend(TitleLine(text=body) for body in bodies)

    if screenplay.author:
        add(say("Written by", "编剧", language=language), screenplay.author)
    seen = dict.fromkeys(performer.asset for each in filmed for performer in each.shot.performers)
    played = [
        (asset.name, _player(asset, language)) for id in seen if (asset := assets.get(id)) and asset.kind == "character"
    ]
    if played:
        add(say("Cast", "角色", language=language), *(f"{name}\t{who}" if who else name for name, who in played))
    engines = dict.fromkeys(each.take.engine for each in filmed)
    add(
        say("Pictures made by", "画面生成", language=language),
        *(say(*_ENGINES.get(engine, (engine, engine)), language=language) for engine in engines),
    )
    add(
        say("Sprites", "角色图像", language=language),
        "Fluent Emoji © Microsoft (MIT)",
    )
    return tuple(lines)


def _player(asset: Asset, language: Language) -> str:
    """Who of the animated cast plays a character, else the words that an engine is told."""
    from tianmu.world.scene import cast

    version = asset.now
    if version.subject is not None:
        subject = cast()[version.subject]
        return say(subject.en, subject.zh, language=language)
    return version.words.removeprefix("a ").removeprefix("an ")


def _chinese(screenplay: Screenplay) -> bool:
    title = screenplay.title or "".join(scene.heading.text for scene in screenplay.scenes[:1])
    return any("\u4e00" <= character <= "\u9fff" for character in title)
