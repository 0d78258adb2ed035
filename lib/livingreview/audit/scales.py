"""On which scale a printed interval is symmetric, and which survival and standard error it then stands for.

With g the scale, an interval has limits g(S) -+ z |g'(S)| SE, where SE is the standard error of S itself (Greenwood's):

    plain    g = S                      log     g = ln S
    log-log  g = ln(-ln S)              logit   g = ln(S / (1 - S))         arcsine  g = arcsin(sqrt S)

So the centre of the limits on that scale gives S, half their width over z |g'(S)| gives SE, z in {1.96, 1.959964}. A
paper may round S and SE to three decimals before it forms the limits: both windows grow by `slack`, half a
thousandth. A limit printed as 0 or 1 counts as clipped and says nothing. Sources: Kalbfleisch and Prentice 2002,
section 1.4; R survival, `survfit`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from livingreview.audit.windows import Window, cut, half, union, unit

USUAL = ("plain", "log", "log-log", "logit")
ALL = (*USUAL, "arcsine")
THREE_DECIMALS, FOUR_DECIMALS = Fraction(1, 2000), Fraction(1, 20000)  # half a unit of the last decimal
THOUSANDTH = 2 * THREE_DECIMALS
NORMAL = {"95": (1.959963, 1.96), "90": (1.644853, 1.645), "99": (2.575829, 2.576)}  # below and above what papers use
GRAIN = 10**12
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Scale:
    """A transformation of survival: itself, its inverse, and the size of its slope."""

    name: str
    of: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]
    low: float = 0.0
    high: float = 1.0

    def inside(self, low: float, high: float) -> tuple[float, float] | None:
        """The part of a range on which the scale is defined."""
        low, high = max(low, self.low), min(high, self.high)
        return (low, high) if low <= high else None


SCALES = {
    scale.name: scale
    for scale in (
        Scale("plain", lambda s: s, lambda y: y, lambda s: 1.0, -math.inf, math.inf),
        Scale("log", math.log, math.exp, lambda s: 1 / s, TINY, math.inf),
        Scale(
            "log-log",
            lambda s: -math.log(-math.log(s)),
            lambda y: math.exp(-math.exp(-y)),
            lambda s: -1 / (s * math.log(s)),
            TINY,
            1 - TINY,
        ),
        Scale(
            "logit",
            lambda s: math.log(s / (1 - s)),
            lambda y: 1 / (1 + math.exp(-y)),
            lambda s: 1 / (s * (1 - s)),
            TINY,
            1 - TINY,
        ),
        Scale(
            "arcsine",
            lambda s: math.asin(math.sqrt(s)),
            lambda y: math.sin(y) ** 2,
            lambda s: 0.5 / math.sqrt(s * (1 - s)),
            TINY,
            1 - TINY,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Box:
    """What one reading leaves: windows of S and of its standard error; `error` None says nothing of it."""

    scale: str
    survival: Window
    error: Window | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed survival with its limits, as strings; `factor` turns them into fractions of 1."""

    value: str
    low: str = ""
    high: str = ""
    factor: Fraction = Fraction(1)
    level: str = "95"

    def informative(self, text: str) -> bool:
        """Whether a limit is not 0 or 1, where it may have been clipped; one without the other may be one-sided."""
        return bool(self.low and self.high) and Fraction(text) * self.factor not in (0, 1)

    @property
    def limits(self) -> int:
        """How many limits say something."""
        return self.informative(self.low) + self.informative(self.high)

    @property
    def survival(self) -> Window:
        """The closed union of what the value stands for, between 0 and 1."""
        found = union(self.value).scaled(self.factor)
        return Window(max(found.low, Fraction(0)), min(found.high, Fraction(1)))

    @property
    def coarsest(self) -> Fraction:
        """The largest unit among the printed numbers."""
        return max(unit(text) for text in (self.value, self.low, self.high) if text) * self.factor


def value_alone(printed: Printed) -> Box:
    """What the value says without its interval."""
    return Box("value alone", _share(_shown(printed, THREE_DECIMALS)))


def _shown(printed: Printed, slack: Fraction) -> Window:
    """What S can have been if it was rounded before it was printed: to three decimals or finer, or by any `slack`."""
    if slack != THREE_DECIMALS:
        return printed.survival.widened(slack)
    printed_in = unit(printed.value) * printed.factor
    if printed_in < THOUSANDTH:
        return before_rounding(printed.survival)
    return printed.survival.widened(FOUR_DECIMALS if printed_in == THOUSANDTH else THREE_DECIMALS)


def _share(window: Window) -> Window:
    """The part between 0 and 1."""
    return Window(max(window.low, Fraction(0)), min(window.high, Fraction(1)))


def usual_boxes(printed: Printed, scales: tuple[str, ...] = USUAL, slack: Fraction = THREE_DECIMALS) -> list[Box]:
    """The windows of every scale on which the printed interval is symmetric around the printed value.

    Both limits are rounded in the same way, so half the width is known to half a unit.
    """
    return _boxes(printed, scales, slack, (half, cut))


def every_box(printed: Printed) -> list[Box]:
    """The widest readings: any scale, each number rounded in its own way, S and SE first as coarsely as printed."""
    return _boxes(printed, ALL, max(THOUSANDTH, printed.coarsest), (union,))


def _boxes(printed: Printed, scales: tuple[str, ...], slack: Fraction, modes: tuple[Callable, ...]) -> list[Box]:
    found = (_box(printed, SCALES[name], slack, modes) for name in scales)
    return [box for box in found if box is not None]


def _box(printed: Printed, scale: Scale, slack: Fraction, modes: tuple[Callable, ...]) -> Box | None:
    read = [_read(printed, scale, float(slack), mode) for mode in modes]
    parts = [part for part in read if part is not None]
    if not parts:
        return None
    shown = _shown(printed, slack)
    usual = slack == THREE_DECIMALS
    centre = Window(_down(min(part[0] for part in parts)), _up(max(part[1] for part in parts)))
    width = Window(_down(min(part[2] for part in parts)), _up(max(part[3] for part in parts)))
    centre = before_rounding(centre) if usual else centre.widened(slack)
    width = before_rounding(width) if usual and scale.name == "plain" else width.widened(slack)
    survival = _share(Window(max(centre.low, shown.low), min(centre.high, shown.high)))
    error = Window(max(width.low, Fraction(0)), width.high)
    return Box(scale.name, survival, error) if survival.low <= survival.high else None


def before_rounding(window: Window) -> Window:
    """What may have stood before it was rounded to three decimals, to four, or not at all.

    Only whole thousandths inside the window can be the rounded number; each stands for half a thousandth around it.
    """
    found = window.widened(FOUR_DECIMALS)
    first, last = math.ceil(window.low / THOUSANDTH), math.floor(window.high / THOUSANDTH)
    if first > last:
        return found
    low, high = first * THOUSANDTH - THREE_DECIMALS, last * THOUSANDTH + THREE_DECIMALS
    return Window(min(found.low, low), max(found.high, high))


def _read(printed: Printed, scale: Scale, slack: float, mode: Callable) -> tuple[float, float, float, float] | None:
    """(lowest S, highest S, lowest SE, highest SE) of the values that the limits were formed from."""
    shown = printed.survival
    start = scale.inside(float(shown.low) - slack, float(shown.high) + slack)
    limits = []
    for text in (printed.low, printed.high):
        if printed.informative(text):
            window = mode(text).scaled(printed.factor)
            limits.append(scale.inside(float(window.low), float(window.high)))
        else:
            limits.append(None)
    informative = [printed.informative(text) for text in (printed.low, printed.high)]
    if start is None or any(said and limit is None for said, limit in zip(informative, limits, strict=True)):
        return None
    normal = NORMAL[printed.level]
    if all(informative):
        return _two_limits(scale, start, limits, normal)
    return _one_limit(scale, start, next(limit for limit in limits if limit), informative[0], normal)


def _two_limits(scale: Scale, start, limits, normal) -> tuple[float, float, float, float] | None:
    (low_from, low_to), (high_from, high_to) = limits
    low = max(start[0], scale.back((scale.of(low_from) + scale.of(high_from)) / 2))
    high = min(start[1], scale.back((scale.of(low_to) + scale.of(high_to)) / 2))
    if low > high + 1e-12:
        return None
    narrow, wide = scale.of(high_from) - scale.of(low_to), scale.of(high_to) - scale.of(low_from)
    smallest, largest = _range(lambda s: 1 / scale.slope(s), low, max(low, high))
    return low, max(low, high), max(0.0, narrow) / 2 * smallest / normal[1], wide / 2 * largest / normal[0]


def _one_limit(scale: Scale, start, limit, below: bool, normal) -> tuple[float, float, float, float]:
    sign = 1 if below else -1
    near = _range(lambda s: sign * (scale.of(s) - scale.of(limit[1 if below else 0])) / scale.slope(s), *start)
    far = _range(lambda s: sign * (scale.of(s) - scale.of(limit[0 if below else 1])) / scale.slope(s), *start)
    return *start, max(0.0, near[0]) / normal[1], max(0.0, far[1]) / normal[0]


def _range(function: Callable[[float], float], low: float, high: float, points: int = 16) -> tuple[float, float]:
    """Bounds of a function whose ends are points: what it may do between the points is added.

    Between two points it leaves their chord by at most an eighth of h^2 f''; the largest second difference, nearly
    h^2 f'', is added whole. Where f'' grows without bound, as -u ln u and sqrt(u) at 0, the chord is left by h/e and
    sqrt(h)/4, less than the second difference beside it, 2h ln 2 and (2 - sqrt 2) sqrt(h).
    """
    values = [function(low + (high - low) * step / points) for step in range(points + 1)]
    bends = [abs(a - 2 * b + c) for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    margin = max(bends, default=0.0)
    return min(values) - margin, max(values) + margin


def _down(value: float) -> Fraction:
    return Fraction(math.floor(value * GRAIN) - 10, GRAIN)


def _up(value: float) -> Fraction:
    return Fraction(math.ceil(value * GRAIN) + 10, GRAIN)
