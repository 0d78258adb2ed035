"""An independent check of the proofs that the audit hands out: own logarithms, own sums, nothing of the library."""

from __future__ import annotations

import math
from ast import literal_eval
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

GRID = 10**30
MOST_BRANCHES, ROOM = 300_000, 1e-9


class TooMany(Exception):
    """The tree is too large to be tried in a test."""


def log_bounds(x: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds of -ln x for 0 < x <= 1, from -ln x = 2 artanh((1 - x) / (1 + x)), halving first."""
    twos = 0
    while x < Fraction(1, 2):
        x, twos = 2 * x, twos + 1
    low, high = _artanh((1 - x) / (1 + x))
    two = _artanh(Fraction(1, 3))
    return 2 * (low + twos * two[0]), 2 * (high + twos * two[1])


def _artanh(t: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds of artanh t for 0 <= t <= 1/3: the series, cut off, and a geometric tail."""
    t_low, t_high = Fraction(math.floor(t * GRID), GRID), Fraction(math.ceil(t * GRID), GRID)
    low = high = Fraction(0)
    power_low, power_high, j = t_low, t_high, 0
    while power_high > Fraction(1, 10**26):
        low += Fraction(math.floor(power_low * GRID / (2 * j + 1)), GRID)
        high += Fraction(math.ceil(power_high * GRID / (2 * j + 1)), GRID)
        power_low = Fraction(math.floor(power_low * t_low * t_low * GRID), GRID)
        power_high = Fraction(math.ceil(power_high * t_high * t_high * GRID), GRID)
        j += 1
    return low, high + power_high * Fraction(9, 8)


@lru_cache(maxsize=8)
def terms(n: int) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(lower, upper) bounds of -ln(1 - 1/r), and 1 / (r (r - 1)), for r = 2..n."""
    return [(*log_bounds(Fraction(r - 1, r)), Fraction(1, r * (r - 1))) for r in range(2, n + 1)]


def excluded(n: int, certificate: dict, events: int) -> bool:
    """Whether the weights of one certificate exclude this many events; by weak duality, in fractions."""
    need, most = sides(n, str(certificate))
    return need + certificate["weights"][0] * events > most


@lru_cache(maxsize=256)
def sides(n: int, text: str) -> tuple[Fraction, Fraction]:
    """(least of the weighted sums in the box, most that any set reaches), both without the count's own part."""
    certificate = literal_eval(text)
    count, log, total = certificate["weights"]
    low, high = map(Fraction, certificate["survival"])
    a_low = log_bounds(high)[0] if high < 1 else Fraction(0)
    a_high = log_bounds(low)[1] if low > 0 else sum(term[1] for term in terms(n))
    b_low, b_high = Fraction(0), Fraction(1)
    if "error" in certificate:
        smallest, largest = map(Fraction, certificate["error"])
        b_low = smallest**2 / high**2
        b_high = largest**2 / low**2 if low > 0 else b_high
    need = log * (a_low if log > 0 else a_high) + total * (b_low if total > 0 else b_high)
    most = sum(max(Fraction(0), count + log * (high if log > 0 else low) + total * b) for low, high, b in terms(n))
    return need, most


def impossible(proof: dict, claims: Iterable[int]) -> bool:
    """Whether the proof excludes each of these counts on every scale; counts left to a tree are tried one by one."""
    n, by_scale = proof["n"], {}
    for certificate in proof["excluded_by_weights"]:
        by_scale.setdefault(certificate["scale"], []).append(certificate)
    for events in claims:
        for certificates in by_scale.values():
            if any(excluded(n, certificate, events) for certificate in certificates):
                continue
            if str(events) not in proof.get("excluded_by_search", {}) or not tried(n, certificates[0], events):
                return False
    return bool(by_scale)


def tried(n: int, box: dict, events: int) -> bool:
    """Whether no set of so many different r in {2..n} lies in the box: they are tried from the largest r down.

    A branch ends where even the largest or smallest r that remain leave S outside, or Greenwood's sum. With a = -ln(1
    - 1/r) the term 1/(r (r - 1)) is 2 cosh a - 2, which is convex: j terms with the sum A are at least j (2 cosh(A/j)
    - 2). Everything is decided with room for rounding; a whole set in exact fractions.
    """
    low, high = map(Fraction, box["survival"])
    smallest, largest = map(Fraction, box.get("error", (0, 10)))
    least, most = float(low) * (1 - ROOM), float(high) * (1 + ROOM)
    widest = (float(largest) / float(low)) ** 2 * (1 + ROOM)
    narrowest = (float(smallest) / float(high)) ** 2 * (1 - ROOM)
    nodes = 0

    def none(top: int, left: int, survival: float, greenwood: float, chosen: tuple[int, ...]) -> bool:
        nonlocal nodes
        nodes += 1
        if nodes > MOST_BRANCHES:
            raise TooMany(f"{events} events of {n}")
        if left == 0:
            return not lies(chosen, low, high, smallest, largest)
        if left > top - 1 or survival * (top - left) / top < least or survival / (left + 1) > most:
            return True
        convex = left * (2 * math.cosh(max(0.0, math.log(survival / most)) / left) - 2)
        if greenwood + max(convex, 1 / (top - left) - 1 / top) * (1 - ROOM) > widest:
            return True
        if greenwood + 1 - 1 / (left + 1) < narrowest:
            return True
        with_top = none(
            top - 1, left - 1, survival * (top - 1) / top, greenwood + 1 / (top * (top - 1)), (*chosen, top)
        )
        return with_top and none(top - 1, left, survival, greenwood, chosen)

    return none(n, events, 1.0, 0.0, ())


def lies(at_risk: tuple[int, ...], low: Fraction, high: Fraction, smallest: Fraction, largest: Fraction) -> bool:
    """Whether S and SE of these risk sets lie in their windows, in exact fractions."""
    exact = math.prod((Fraction(r - 1, r) for r in at_risk), start=Fraction(1))
    greenwood = sum((Fraction(1, r * (r - 1)) for r in at_risk), start=Fraction(0))
    return low <= exact <= high and smallest**2 <= exact**2 * greenwood <= largest**2


def printed_so(text: str, exact: Fraction, *, balanced: bool = False) -> bool:
    """Whether some rounding prints the number so; `balanced`: also upwards or downwards, to make a column add up."""
    unit = Decimal(1).scaleb(-len(text.partition(".")[2]))
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    modes = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, *((ROUND_FLOOR, ROUND_CEILING) if balanced else ()))
    return any(number.quantize(unit, rounding=mode) == Decimal(text) for mode in modes)
