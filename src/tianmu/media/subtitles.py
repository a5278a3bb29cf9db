"""Subtitle files: SRT, WebVTT and ASS, written and read through pysubs2.

What the formats take for markup is written with its full-width twin, so that it is shown and not obeyed: `{`, `}`,
`<`, `>`, `&` and the backslash. Times are milliseconds (hundredths of a second in ASS), and come back to their frames
up to 60 a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import write_text
from tianmu.core.text import say
from tianmu.film.subtitle import Cue, Language

SubtitleFormat = Literal["srt", "vtt", "ass"]
SUBTITLE_FORMATS: tuple[SubtitleFormat, ...] = get_args(SubtitleFormat)

_SHOWN = str.maketrans("{}<>&\\", "｛｝＜＞＆＼")
_FONTS: dict[Language, str] = {"en": "Noto Sans", "zh": "Noto Sans CJK SC"}
_LARGEST = 64 * 1024 * 1024


def shown(text: str) -> str:
    """A text as a subtitle file holds it."""
    return text.translate(_SHOWN)


def write_subtitles(path: Path, cues: Sequence[Cue], fps: Fraction, *, width: int = 384, height: int = 288) -> None:
    """Write cues as the file's ending says, whole or not at all; `width` and `height` are the film's, for ASS.

    Raises:
        InputError: the ending names no format of subtitles.
        OutputError: the file cannot be written.
    """
    import pysubs2

    form = _format_of(path)
    file = pysubs2.SSAFile()
    file.info.update({"PlayResX": str(width), "PlayResY": str(height), "WrapStyle": "2"})
    language: Language = cues[0].language if cues else "en"
    file.styles["Default"] = pysubs2.SSAStyle(
        fontname=_FONTS[language],
        fontsize=max(8, round(height / 18)),
        outline=max(1, round(height / 360)),
        shadow=0,
        marginv=max(4, round(height / 18)),
    )
    for cue in cues:
        text = "\\N".join(shown(line) for line in cue.lines)
        file.append(
            pysubs2.SSAEvent(
                start=_milliseconds(cue.start, fps), end=_milliseconds(cue.end, fps), text=text, name=cue.speaker
            )
        )
    if form == "ass":
        for event in file:
            event.name = event.name.replace(",", "，").replace("\n", " ")
    write_text(path, file.to_string(form))


def read_subtitles(path: Path, fps: Fraction, language: Language = "en") -> tuple[Cue, ...]:
    """The cues of a file, at the nearest frames; who speaks is known from ASS alone.

    Raises:
        InputError: the ending names no format of subtitles.
        MediaError: it cannot be read, or is none.
    """
    import pysubs2
    from pysubs2.exceptions import Pysubs2Error

    form = _format_of(path)
    try:
        if path.stat().st_size > _LARGEST:
            raise _broken(path, say("it is larger than 64 MB", "文件超过 64 MB"))
        file = pysubs2.SSAFile.from_string(path.read_text(encoding="utf-8-sig"), format_=form)
    except (OSError, UnicodeDecodeError, ValueError, Pysubs2Error) as error:
        raise _broken(path, " ".join(str(error).split())[:120]) from error
    cues: list[Cue] = []
    for event in file:
        if event.is_comment:
            continue
        start, end = (round(Fraction(time, 1000) * fps) for time in (event.start, event.end))
        lines = tuple(line for line in event.plaintext.split("\n") if line.strip())
        cues.append(
            Cue(start=start, num_frames=max(1, end - start), lines=lines, speaker=event.name, language=language)
        )
    return tuple(cues)


def _milliseconds(frame: int, fps: Fraction) -> int:
    return round(Fraction(frame * 1000) / fps)


def _format_of(path: Path) -> SubtitleFormat:
    for form in SUBTITLE_FORMATS:
        if path.suffix.lower() == f".{form}":
            return form
    raise InputError(
        say(
            f"Subtitles are written as .srt, .vtt or .ass, and {path.name!r} ends otherwise; rename it.",
            f"字幕文件以 .srt、.vtt 或 .ass 结尾，而 {path.name!r} 不是；请改名。",
        )
    )


def _broken(path: Path, reason: str) -> MediaError:
    return MediaError(
        say(
            f"{path} cannot be read as subtitles ({reason}); check the file.",
            f"{path} 无法作为字幕读取（{reason}）；请检查文件。",
        )
    )
