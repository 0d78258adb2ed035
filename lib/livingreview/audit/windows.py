"""What a printed number stands for: the closed union of half up, half to even and truncation.

A number v printed with d decimals has the unit u = 10^-d. Half up and half to even give [v - u/2, v + u/2], cutting
off gives [v, v + u] (towards zero: [v - u, v] below zero). Balancing, which makes percentages add up to 100, moves a
number to the unit below or above: [v - u, v + u]. All bounds are exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from livingreview.results.rounding import decimals_of

HALF = "half"  # up or to even


@dataclass(frozen=True, slots=True)
class Window:
    """A closed interval of exact fractions."""

    low: Fraction
    high: Fraction

    def __contains__(self, value: Fraction) -> bool:
        return self.low <= value <= self.high

    def scaled(self, factor: Fraction | int) -> Window:
        """Both ends times a positive factor."""
        return Window(self.low * factor, self.high * factor)

    def widened(self, by: Fraction) -> Window:
        """Both ends moved outwards."""
        return Window(self.low - by, self.high + by)


def unit(text: str) -> Fraction:
    """One in the last printed place."""
    return Fraction(1, 10 ** decimals_of(text))


def half(text: str) -> Window:
    """Rounded half up or half to even."""
    return Window(Fraction(text), Fraction(text)).widened(unit(text) / 2)


def cut(text: str) -> Window:
    """Cut off towards zero."""
    value, one = Fraction(text), unit(text)
    return Window(value - one if value <= 0 else value, value + one if value >= 0 else value)


def union(text: str) -> Window:
    """The closed union of the three roundings; the smallest window that holds both of the above."""
    one, other = half(text), cut(text)
    return Window(min(one.low, other.low), max(one.high, other.high))


def balanced(text: str) -> Window:
    """Also moved by up to one unit so that a column adds up."""
    return Window(Fraction(text), Fraction(text)).widened(unit(text))


def roundings(text: str, exact: Fraction) -> list[str]:
    """The readings under which `exact` is printed so, in order of how usual they are."""
    named = ((HALF, half(text)), ("truncation", cut(text)), ("balancing", balanced(text)))
    return [name for name, window in named if exact in window]
