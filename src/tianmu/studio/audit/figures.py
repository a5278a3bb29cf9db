"""The few numbers of an audit: shares with how sure they are, and whether two languages differ by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt

_Z = 1.959964
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """So many of so many, with Wilson's interval of 95 % (Wilson, 1927)."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """From nothing to all where nothing was counted."""
        if not self.of:
            return 0.0, 1.0
        share, n = self.count / self.of, self.of
        middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        reach = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        # At nothing and at all a bound is the share itself, up to rounding.
        return min(share, max(0.0, middle - reach)), max(share, min(1.0, middle + reach))

    def as_row(self) -> dict[str, object]:
        """JSON values."""
        low, high = self.interval
        share = None if self.value is None else round(self.value, 4)
        return {"count": self.count, "of": self.of, "share": share, "interval": [round(low, 4), round(high, 4)]}

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        low, high = self.interval
        return f"{self.value:.0%} ({low:.0%}–{high:.0%}, n={self.of})"


def sign_test(more: int, less: int) -> float:
    """How likely a split of `more` and `less` at least so uneven is by chance, two-sided and exact, without ties."""
    total = more + less
    tail = sum(comb(total, k) for k in range(min(more, less) + 1)) / 2**total
    return min(1.0, 2 * tail)
