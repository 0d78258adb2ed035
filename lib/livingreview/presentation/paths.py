"""Paths between responses: ribbons that join the bars of two timepoints, and the table behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from livingreview.presentation.kit.figure import GREEN, GREY, PURPLE
from livingreview.presentation.kit.myst import Block, escaped, num
from livingreview.presentation.kit.table import table
from livingreview.results.codes import Limits, Statistic, Variable
from livingreview.results.estimates import Estimate, Results
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

DEPTHS = ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD")
JOINED = {  # neighbours that are counted as one where one of them is of too few, and whose colour they have
    "sCR or CR": "CR",
    "MR or SD": "SD",
    "MR or PD": "PD",
    "SD or PD": "PD",
    "MR or SD or PD": "PD",
}
NOBODY = "not_evaluable"
ORDER = sorted((*DEPTHS, *JOINED), key=lambda name: DEPTHS.index(JOINED.get(name, name)))
NAMES = {name.lower().replace(" ", "_"): name for name in ORDER} | {NOBODY: mark("Not assessed")}
FEWEST = 3  # patients of a ribbon
CHANGE_COLOURS = {
    mark("deeper"): GREEN,
    mark("the same"): GREY,
    mark("shallower"): PURPLE,
    mark("not assessed at one of them"): "#bdbdbd",
}


def category(found: Estimate) -> str:
    """The response of an estimate, as in keys: one category, or several taken together."""
    return "_or_".join(one.level.lower() for one in found.group if one.variable == Variable.RESPONSE)


def names_of(estimates: Sequence[Estimate]) -> Mapping[str, str]:
    """The categories of response by their place in keys, deepest first; of criteria of a cohort's own in their order.

    A category has no label of its own; a threshold has.
    """
    found = {
        category(row): " or ".join(str(one.level) for one in row.group if one.variable == Variable.RESPONSE)
        for row in estimates
        if row.statistic == Statistic.PROPORTION and not any(one.label for one in row.group[1:])
    }
    own = {stem: name for stem, name in found.items() if stem != NOBODY and not _is_merged(estimates, stem)}
    return NAMES if set(own) <= set(NAMES) else own | {NOBODY: NAMES[NOBODY]}


def _is_merged(estimates: Sequence[Estimate], stem: str) -> bool:
    """Whether categories stand together at one timepoint only, because each is of too few there."""
    return all(row.key.endswith(".merged") for row in estimates if category(row) == stem)


@dataclass(frozen=True, slots=True)
class Path:
    """Patients of one category at a timepoint and of one at the next."""

    before: str
    after: str
    start: str
    end: str
    count: int
    of: int
    key: str
    names: Mapping[str, str]

    @property
    def change(self) -> str:
        """How the later response compares; deeper stands first in `names`."""
        if NOBODY in (self.start, self.end):
            return "not assessed at one of them"
        order = list(self.names)
        earlier, later = order.index(self.start), order.index(self.end)
        return "deeper" if later < earlier else "shallower" if later > earlier else "the same"

    @property
    def words(self) -> str:
        """From and to."""
        return _("%(response)s to %(later)s", response=_(self.names[self.start]), later=_(self.names[self.end]))


def paths(estimates: Sequence[Estimate]) -> list[Path]:
    """The paths that may be shown, deepest first at both ends."""
    names = names_of(estimates)
    found = [
        Path(*row.key.split(".")[2:6], count=int(row.value), of=int(row.n), key=row.key, names=names)
        for row in estimates
        if row.statistic == Statistic.PATH and row.value
    ]
    order = list(names)
    return sorted(found, key=lambda path: (order.index(path.start), order.index(path.end)))


def ribbons(found: Sequence[Path], places: Mapping[tuple[str, str], float], edges: Mapping[str, tuple]) -> list[dict]:
    """The outline of every ribbon of enough patients, four rows each.

    `places` says where the segment of a category begins at a timepoint, `edges` the upper and lower edge of the
    bar of a timepoint. Inside a segment paths lie in the order of depth at their other end; what is not drawn
    leaves a gap.
    """
    left: dict[tuple[str, str, str], float] = {}
    for at, side in (("before", "start"), ("after", "end")):
        other = "end" if side == "start" else "start"
        order = sorted(found, key=lambda path, name=other: list(path.names).index(getattr(path, name)))
        reached: dict[tuple, float] = {}
        for path in order:
            segment = (getattr(path, at), getattr(path, side))
            begun = reached.get((path.before, path.after, segment), places.get(segment))
            if begun is None:
                continue
            left[path.key, at, side] = begun
            reached[path.before, path.after, segment] = begun + path.count / path.of
    rows = []
    for path in found:
        ends = (left.get((path.key, "before", "start")), left.get((path.key, "after", "end")))
        if None in ends or path.count < FEWEST:
            continue
        top, bottom = edges[path.before][1], edges[path.after][0]
        bend = (bottom - top) * 0.06
        heights = ((top, ends[0]), (top + bend, ends[0]), (bottom - bend, ends[1]), (bottom, ends[1]))
        about = {"path": path.key, "words": path.words, "count": path.count, "change": _(path.change)}
        rows += [
            {**about, "y": round(y, 3), "left": round(x, 4), "right": round(x + path.count / path.of, 4)}
            for y, x in heights
        ]
    return rows


def spoken_paths(found: Sequence[Path], timepoints: Mapping[str, str]) -> str:
    """The ribbons in words; how many patients took one that is too thin to be drawn."""
    sentences = []
    for before, after in pairwise(timepoints):
        here = [path for path in found if (path.before, path.after) == (before, after)]
        if here:
            drawn = sorted((path for path in here if path.count >= FEWEST), key=lambda path: -path.count)
            words = ", ".join(f"{path.words} {path.count}" for path in drawn)
            rest = sum(path.count for path in here if path.count < FEWEST)
            words = "; ".join(filter(None, (words, _("other paths %(n)s", n=rest) if rest else "")))
            ends = {"before": timepoints[before], "after": timepoints[after]}
            sentences.append(_("From %(before)s to %(after)s: %(paths)s.", paths=words, **ends))
    return " ".join(sentences)


def path_note(estimates: Sequence[Estimate], timepoints: Mapping[str, str]) -> str:
    """Why bars are joined by no ribbons; nothing where they are, or where there is one bar only."""
    recorded = {row.key.split(".")[1] for row in estimates if row.statistic == Statistic.PROPORTION and row.value}
    if len(recorded & set(timepoints)) < 2 or paths(estimates):
        return ""
    if any(
        row.statistic in (Statistic.DEEPENED, Statistic.LOST) and row.limits == Limits.COHORT_RANGE for row in estimates
    ):
        return _("No ribbons join the bars: only the totals of each timepoint are known, not who changed.")
    return _("No ribbons join the bars: some paths are of too few patients to be shown.")


def path_table(results: Results, timepoints: Mapping[str, str], *, caption: str, name: str) -> Block:
    """From a category, in rows, to a category at the next timepoint, in columns; one sentence where paths are unknown, nothing of one timepoint."""
    found = paths(results.estimates)
    if len(timepoints) < 2:
        return Block("")
    if not found:
        return Block(_("Who went from which response to which cannot be shown; the totals are in the table above."))
    names = found[0].names
    columns = [stem for stem in names if any(path.end == stem for path in found)]
    cells = {(path.before, path.after, path.start, path.end): path for path in found}
    body = []
    for before, after in pairwise(timepoints):
        here = [path for path in found if (path.before, path.after) == (before, after)]
        complete = bool(here) and sum(path.count for path in here) == here[0].of
        for start in (stem for stem in names if any(path.start == stem for path in here)):
            taken = [cells.get((before, after, start, end)) for end in columns]
            numbers = [num(path.key) if path else "0" if complete else "–" for path in taken]
            body.append([escaped(f"{timepoints[before]}: {_(names[start])}"), escaped(timepoints[after]), *numbers])
    if any("–" in row for row in body):
        caption = f"{caption} {_('A dash stands for nobody, or for too few to be shown.')}"
    header = [_("From"), _("To"), *(escaped(_(names[stem])) for stem in columns)]
    return table(header, body, caption=caption, name=name)
