"""A cut all around the viewer: its shots drawn anew by an engine that can, its titles on flat cards in front.

What the cut does in time holds as in the film: trims, speeds, dissolves, fades, looks. Insets are left out, and cameras
stand still, so that the viewer alone turns the head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, repeat

import numpy as np

from tianmu.core.errors import EngineError, InputError, TianmuError
from tianmu.core.text import say
from tianmu.engines.protocol import AroundEngine, ShotRequest
from tianmu.engines.registry import get_engine
from tianmu.film.cut import Box, Clip, Cut, Item, Title
from tianmu.governance.label import Label
from tianmu.governance.rules import Rules
from tianmu.media.hanging import Hanging
from tianmu.media.image import Frame
from tianmu.media.planes import as_rgb
from tianmu.media.titles import CreditsRoll, Lettering, Words, draw_card, draw_lower_third
from tianmu.studio.edit.checks import check_cut, source_frame
from tianmu.studio.edit.joins import track_frames
from tianmu.studio.edit.layers import Layer, Shown, lay
from tianmu.studio.edit.sources import Layers, Sources
from tianmu.studio.render import silent

ENGINE = "animatic"
"""Draws every shot, whichever engine made its take."""
CARD = math.radians(64)
"""How wide a title is seen: within what both eyes see without a turn of the head."""
_LABEL, _SURPLUS = math.radians(76), Fraction(27, 25)
"""How wide the label's card is seen, so that a viewer sees it whole, and by how much its letters are larger on it, for
a flat card is seen smaller towards its sides."""
_BELOW = math.radians(-24)
"""Where the label hangs: in front, below the horizon, where a viewer looks first."""


@dataclass(frozen=True, kw_only=True)
class Around(Sources):
    """What the items of a cut show around the viewer; `width` is the panorama's, and `height` half of it."""

    engine: AroundEngine
    request: Callable[[Clip], ShotRequest]
    """What the engine of a clip's take was asked for."""
    aspect: Fraction = Fraction(16, 9)
    """Of the film's frames, and so of its titles."""
    cards: dict[str, Hanging] = field(default_factory=dict[str, Hanging])
    """Made once."""

    def open(self, item: Item, before: int, after: int) -> Layers:
        """What an item shows, from `before` frames ahead of its beginning to `after` frames beyond its end."""
        if isinstance(item, Title):
            return self._hung(item, before, after)
        if isinstance(item, Clip) and item.box == Box():
            return self._drawn(item, before, after)
        return _nothing(before + item.num_frames + after)

    def _drawn(self, clip: Clip, before: int, after: int) -> Layers:
        numbers = [source_frame(clip, index) for index in range(-before, clip.num_frames + after)]
        changes = [at == 0 or numbers[at - 1] != number for at, number in enumerate(numbers)]
        wanted = [number for number, changed in zip(numbers, changes, strict=True) if changed]
        try:
            footage = self.engine.draw_around(self.request(clip), wanted, width=self.width, progress=silent)
        except TianmuError as error:
            raise _undrawn(clip, error) from error
        frames, layer = chain.from_iterable(footage.chunks), None
        for changed in changes:
            if changed:
                picture = np.asarray(next(frames), np.uint8)
                layer = Layer(picture=picture if clip.look is None else self.looks.ready(clip.look)(picture))
            yield layer

    def _hung(self, title: Title, before: int, after: int) -> Layers:
        words = [Words(text=line.text, role=line.role) for line in title.lines]
        card = self.cards.setdefault("title", Hanging(self.width, angle=CARD, aspect=float(self.aspect)))
        if title.style == "credits":
            roll = CreditsRoll(words, card.width, card.height)
            for index in range(-before, title.num_frames + after):
                part = Fraction(2 * min(max(index, 0), title.num_frames - 1) + 1, 2 * title.num_frames)
                drawn = roll.draw(part)
                yield None if drawn is None else _layer(card.lay(drawn))
            return
        draw = draw_lower_third if title.style == "lower_third" else draw_card
        yield from repeat(_layer(card.lay(draw(words, card.width, card.height))), before + title.num_frames + after)


def surrounding_frames(cut: Cut, sources: Around) -> Iterator[Frame]:
    """The frames of a cut around the viewer, `[width / 2, width, 3] uint8`, all `cut.num_frames` of them.

    Only the shots of the frame in hand are being drawn, so memory does not grow with the length of the film.

    Raises:
        InputError: the cut cannot be, or the words of a shot say nothing that the stage can show.
    """
    check_cut(cut)
    return _frames(cut, sources)


def _frames(cut: Cut, sources: Around) -> Iterator[Frame]:
    black = np.zeros((sources.height, sources.width, 3), np.uint8)
    tracks = [track for track in cut.tracks if track.kind == "video"]
    with ExitStack() as stack:
        shown = [stack.enter_context(closing(track_frames(track, sources))) for track in tracks]
        endless = [chain(frames, repeat(Shown())) for frames in shown]
        for _ in range(cut.num_frames):
            frame = black
            for layers in endless:
                frame = as_rgb(lay(frame, next(layers)))
            yield frame


class FrontLabel:
    """The visible label of a film that is all around, as its rules ask for it, on a card in front of the viewer.

    Its letters are as high a part of the whole panorama's shorter side as the rule asks.
    """

    def __init__(self, rules: Rules, *, width: int, fps: Fraction, num_frames: int) -> None:
        """Raises InputError where the panorama is too small to hold the words."""
        # The rule means the panorama's height, pi radians; the card is 2 tan(angle / 2) wide, and higher than that.
        larger = Fraction(math.pi / 2 / math.tan(_LABEL / 2)).limit_denominator(1000) * _SURPLUS
        style = rules.label and replace(rules.label, letter_height=rules.label.letter_height * larger)
        self._card = Hanging(width, angle=_LABEL, aspect=2 / 3, elevation=_BELOW)
        size = {"width": self._card.width, "height": self._card.height}
        self._label = Label(replace(rules, label=style), **size, fps=fps, num_frames=num_frames)
        self.num_labelled = self._label.num_labelled
        """Frames that show it at all."""
        self._drawn: tuple[int, Layer] | None = None

    def over(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The same frames with the label on the first of them."""
        for index, frame in enumerate(frames):
            yield as_rgb(lay(frame, Shown(layer=self._layer(index)))) if index < self.num_labelled else frame

    def _layer(self, index: int) -> Layer:
        """How it is seen at a frame: what it adds to black, and what it leaves of white."""
        strength = max(0, index + 1 - self._label.num_full)
        if self._drawn is None or self._drawn[0] != strength:
            black = np.zeros((self._card.height, self._card.width, 3), np.uint8)
            ink, white = self._label.apply(index, black), self._label.apply(index, 255 - black)
            shown = Lettering(ink=ink, veil=white - ink, left=0, top=0)
            self._drawn = strength, _layer(self._card.lay(_centred(shown)))
        return self._drawn[1]


def _centred(shown: Lettering) -> Lettering:
    """What is drawn in a corner of its card, in the card's middle."""
    rows, columns = (np.flatnonzero((shown.veil.min(2) < 255).any(axis)) for axis in (1, 0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    high, wide = shown.ink.shape[:2]
    ink, veil = shown.ink[part], shown.veil[part]
    return Lettering(ink=ink, veil=veil, left=(wide - ink.shape[1]) // 2, top=(high - ink.shape[0]) // 2)


def get_around_engine(name: str = ENGINE) -> AroundEngine:
    """The engine that draws all around.

    Raises:
        EngineError: it is not there, or cannot.
    """
    engine = get_engine(name)
    if not isinstance(engine, AroundEngine):
        raise EngineError(
            say(
                f"The engine {name!r} cannot draw all around a viewer; install Tianmu again.",
                f"引擎 {name!r} 无法绘制环绕全景；请重新安装天幕。",
            )
        )
    return engine


def _layer(lettering: Lettering) -> Layer:
    return Layer(picture=lettering.ink, veil=lettering.veil, left=lettering.left, top=lettering.top)


def _nothing(num_frames: int) -> Layers:
    yield from repeat(None, num_frames)


def _undrawn(clip: Clip, error: TianmuError) -> InputError:
    return InputError(
        say(
            f"Shot {clip.slate} cannot be drawn all around: {error.message}",
            f"镜头 {clip.slate} 无法绘制为全景：{error.message}",
        )
    )
