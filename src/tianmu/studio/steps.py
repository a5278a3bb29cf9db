"""The progress of many things made one after the other, told as one: each has its share of the whole by its cost."""

from __future__ import annotations

from collections.abc import Iterable

from tianmu.engines.protocol import Frames, Progress, ShotRequest

CUT_COST = 0.25
"""Of cutting one pixel, where making it is 1."""


def cost(request: ShotRequest) -> float:
    """The work of a shot, in pixels."""
    return float(request.num_frames * request.width * request.height)


class Steps:
    """Shares out a Progress."""

    def __init__(self, made: Iterable[ShotRequest], cut: Iterable[ShotRequest], progress: Progress) -> None:
        """`made` are the shots that will be made, `cut` all that go into the film."""
        self._cut = CUT_COST * sum(map(cost, cut))
        self._total = max(sum(map(cost, made)) + self._cut, 1.0)
        self._done = 0.0
        self._progress = progress

    def shot(self, request: ShotRequest, what: str) -> Progress:
        """The progress of one shot, called `what`."""
        return self._part(cost(request), what)

    def cutting(self) -> Progress:
        """The progress of the cut, which comes last."""
        return self._part(self._cut, "")

    def _part(self, share: float, called: str) -> Progress:
        begin, self._done = self._done, self._done + share

        def part(fraction: float, what: str, preview: Frames | None = None) -> None:
            self._progress((begin + share * fraction) / self._total, f"{called} {what}".strip(), preview)

        return part
