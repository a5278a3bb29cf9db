"""What one item of a track shows, frame by frame. A take is open only while its item is in use."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tianmu.core.errors import InputError, MediaError, TianmuError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Item, Title
from tianmu.media.planes import Picture, Planes, as_rgb
from tianmu.media.seek import SeekingReader
from tianmu.media.titles import CreditsRoll, Lettering, Words, draw_card, draw_lower_third
from tianmu.studio.edit.checks import name_of, source_frame
from tianmu.studio.edit.layers import Layer, Place, fit, place_of
from tianmu.studio.edit.looks import Looks

Layers = Generator[Layer | None]
"""One a frame; None where there is nothing. Closing it closes the take."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where the frames of a cut come from, and in what size they are wanted."""

    width: int
    height: int
    films: dict[str, Path]
    """Where the film of each digest lies."""
    looks: Looks
    planes: bool = False
    """Whether a take that fills the frame may be shown as its codec gives it."""

    def open(self, item: Item, before: int, after: int) -> Layers:
        """What an item shows, from `before` frames ahead of its beginning to `after` frames beyond its end."""
        if isinstance(item, Clip):
            return self._clip(item, before, after)
        if isinstance(item, Title):
            return self._title(item, before, after)
        return _nothing(before + item.num_frames + after)

    def _clip(self, clip: Clip, before: int, after: int) -> Layers:
        place = place_of(clip.box, self.width, self.height)
        shown, layer = -1, None
        with _opened(clip, self.films[clip.film]) as film:
            for index in range(-before, clip.num_frames + after):
                number = source_frame(clip, index)
                if number != shown:
                    layer = Layer(picture=self._shown(clip, film, number, place), left=place.left, top=place.top)
                    shown = number
                yield layer

    def _shown(self, clip: Clip, film: SeekingReader, number: int, place: Place) -> Picture:
        """A frame of a take in its place and with its look."""
        fills = (place.width, place.height) == (self.width, self.height)
        picture = _frame(clip, film, number, planes=self.planes and fills and clip.look is None)
        if isinstance(picture, Planes) and picture.shape[:2] == (self.height, self.width):
            return picture
        fitted = fit(as_rgb(picture), place.width, place.height)
        return fitted if clip.look is None else self.looks.ready(clip.look)(fitted)

    def _title(self, title: Title, before: int, after: int) -> Layers:
        words = [Words(text=line.text, role=line.role) for line in title.lines]
        if title.style == "credits":
            roll = CreditsRoll(words, self.width, self.height)
            for index in range(-before, title.num_frames + after):
                # The middle of each frame's time: the first and the last show a little, and the way is whole.
                part = Fraction(2 * min(max(index, 0), title.num_frames - 1) + 1, 2 * title.num_frames)
                yield _layer(roll.draw(part))
            return
        draw = draw_lower_third if title.style == "lower_third" else draw_card
        layer = _layer(draw(words, self.width, self.height))
        for _ in range(before + title.num_frames + after):
            yield layer


def check_titles(item: Item, width: int, height: int) -> None:
    """Draw a title once, so that one that cannot be drawn is refused before the first frame.

    Raises:
        InputError: it has no words, or too many for the frame.
    """
    if isinstance(item, Title):
        words = [Words(text=line.text, role=line.role) for line in item.lines]
        draw = {"credits": CreditsRoll, "lower_third": draw_lower_third, "card": draw_card}[item.style]
        draw(words, width, height)


def _nothing(num_frames: int) -> Layers:
    for _ in range(num_frames):
        yield None


def _layer(lettering: Lettering | None) -> Layer | None:
    if lettering is None:
        return None
    return Layer(picture=lettering.ink, veil=lettering.veil, left=lettering.left, top=lettering.top)


def _opened(clip: Clip, path: Path) -> SeekingReader:
    try:
        film = SeekingReader(path)
    except TianmuError as error:
        raise damaged(clip, error.message) from error
    if film.num_frames < clip.available:
        film.close()
        raise damaged(
            clip,
            say(
                f"it has {film.num_frames} frames where {clip.available} were expected",
                f"它有 {film.num_frames} 帧，而应有 {clip.available} 帧",
            ),
        )
    return film


def _frame(clip: Clip, film: SeekingReader, number: int, *, planes: bool) -> Picture:
    try:
        return film.picture(number) if planes else film.frame(number)
    except (MediaError, InputError) as error:
        raise damaged(clip, error.message) from error


def damaged(clip: Clip, reason: str) -> MediaError:
    """The film of a clip cannot be used."""
    reason = reason.rstrip(".。")
    return MediaError(
        say(
            f"The film of {name_of(clip)} cannot be used: {reason}. Make the shot again: tianmu retake {clip.slate}",
            f"{name_of(clip)}的影片无法使用：{reason}。请重做该镜头：tianmu retake {clip.slate}",
        )
    )
