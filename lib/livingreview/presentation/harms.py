"""Adverse events by term: how frequent, how severe, and the table of both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import altair as alt

from livingreview.presentation.bars import LETTER
from livingreview.presentation.kit.figure import BLUE, INK, LINE, NARROW, ORANGE, WIDE, Figure, drawn, in_lines
from livingreview.presentation.kit.format import NBSP, interval_name, part, plain_text
from livingreview.presentation.kit.labels import label
from livingreview.presentation.kit.myst import Block, escaped, num
from livingreview.presentation.kit.table import table
from livingreview.presentation.rates import names_axis, rate_points
from livingreview.results.codes import Statistic, Status
from livingreview.results.estimates import Estimate, Results
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import ngettext

TERM = "safety.term."
MOST = 20  # terms of a figure
# The number in the segment and the order say the grade as well; light and dark alternate with the outline.
GRADE_COLOURS = {1: "#56B4E9", 2: BLUE, 3: "#E69F00", 4: ORANGE, 5: "#6b2400"}
DARK = {2, 4, 5}
_GRADE = re.compile(r"^(safety\.(?:term\.[^.]+|worst))\.grade([1-5])$")


@dataclass(slots=True)
class Term:
    """A term with its share of patients and the patients by worst grade, as far as they may be shown."""

    share: Estimate
    grades: dict[int, Estimate] = field(default_factory=dict)


def rates_of_all(results: Results) -> list[Estimate]:
    """The rates that are not about one term."""
    return [row for row in results.where(statistic=Statistic.PROPORTION) if not row.key.startswith(TERM)]


def terms(results: Results) -> list[Term]:
    """Every term that may be shown, the most frequent first."""
    found = {
        row.key: Term(row)
        for row in results.where(statistic=Statistic.PROPORTION)
        if row.key.startswith(TERM) and row.value is not None and row.key.count(".") == 2
    }
    for row in results.where(statistic=Statistic.WORST_GRADE):
        stem, grade = row.key.rpartition(".grade")[::2]
        if stem in found and row.value is not None:
            found[stem].grades[int(grade)] = row
    return list(found.values())


def _unnamed(results: Results) -> Block:
    reasons = [reason_words(row.reason) for row in results.estimates if row.key == "safety.terms"]
    if reasons:
        return Block(_("Events by term cannot be shown: %(reason)s.", reason=escaped(reasons[0])))
    if any(row.key == "safety.grade5" and row.status == Status.ABSENT for row in results.estimates):
        return Block(_("Events by term cannot be shown: the cohort has no table of adverse events."))
    return Block(_("Events by term cannot be shown: every term is of too few patients."))


def _rarer(found: Sequence[Term]) -> str:
    rest = len(found) - MOST
    if rest <= 0:
        return ""
    return ngettext(
        "The %(most)s most frequent terms; %(n)s rarer term is in the table.",
        "The %(most)s most frequent terms; %(n)s rarer terms are in the table.",
        rest,
        most=MOST,
    )


def term_figure(results: Results) -> Figure | Block:
    """The share of patients with each of the twenty most frequent terms, with its exact interval."""
    found = terms(results)
    if not found:
        return _unnamed(results)
    shown = [term.share for term in found[:MOST]]
    rows = [{"name": label(row), "value": row.value, "low": row.low, "high": row.high} for row in shown]
    spoken = "; ".join(f"{label(row)}: {plain_text(row)}" for row in shown)
    title = _("Most frequent: %(term)s, %(share)s of patients", term=label(shown[0]), share=part(shown[0]))
    return Figure(
        title.replace(NBSP, " "),
        _("Patients with each adverse event, with exact intervals. %(rates)s.", rates=spoken),
        rate_points(rows, WIDE),
        rate_points(rows, NARROW),
        note=_rarer(found),
    )


def grade_figure(results: Results) -> Figure | Block:
    """Patients by worst grade: of any event in the first row, then of each of the twenty most frequent terms."""
    found = terms(results)
    if not found:
        return Block(_("Nor can worst grades by term."))
    rows = _any_event(results)
    for term in found[:MOST]:
        counts = {grade: int(row.value) for grade, row in term.grades.items()}
        rows += _stack(label(term.share), counts, term.share.events)
    severe = next((row for row in results.estimates if row.key == "safety.grade3plus"), None)
    title = _("Worst grade of each patient, by term")
    if severe is not None and severe.value is not None:
        title = _("%(count)s patients had an event of grade 3 or more", count=part(severe, "count"))
    names = list(dict.fromkeys(row["name"] for row in rows))
    spoken = "; ".join(
        f"{name}: " + ", ".join(f"{row['grade']} {row['count']}" for row in rows if row["name"] == name)
        for name in names
    )
    return Figure(
        title.replace(NBSP, " "),
        _("Stacked bars of patients by worst grade. %(bars)s.", bars=spoken),
        _stacks(rows, names, WIDE),
        _stacks(rows, names, NARROW),
        note=_rarer(found),
    )


def _any_event(results: Results) -> list[dict]:
    whole = next((row for row in results.estimates if row.key == "safety.any"), None)
    counts = {
        int(match[2]): row.events
        for row in results.where(statistic=Statistic.PROPORTION)
        if (match := _GRADE.match(row.key)) and match[1] == "safety.worst" and row.events
    }
    total = whole.events if whole is not None and whole.events is not None else sum(counts.values())
    return _stack(_("Any adverse event"), counts, total)


def _stack(name: str, counts: dict[int, int], total: int) -> list[dict]:
    """The segments of a bar; grades that may only be shown together stand at its end."""
    segments = [(_grade(grade), counts[grade], grade in DARK) for grade in sorted(counts) if counts[grade]]
    rest = total - sum(counts.values())
    if rest > 0:
        segments.append((_("grades shown together"), rest, False))
    rows, reached = [], 0
    for grade, count, dark in segments:
        rows.append(
            {"name": name, "grade": grade, "count": count, "from": reached, "to": reached + count, "dark": dark}
        )
        reached += count
    return rows


def _grade(grade: int) -> str:
    return _("grade %(grade)s", grade=grade)


def _stacks(rows: list[dict], names: list[str], width: int) -> dict:
    wide = width >= WIDE
    rows = [dict(row) for row in rows]
    lines = in_lines(rows, width)
    plot = width - (190 if wide else 0)
    most = max((row["to"] for row in rows), default=1)
    colours = {_grade(grade): colour for grade, colour in GRADE_COLOURS.items()} | {
        _("grades shown together"): "#bdbdbd"
    }
    used = [name for name in colours if any(row["grade"] == name for row in rows)]
    y = alt.Y(
        "lines:N",
        sort=None,
        scale=alt.Scale(paddingInner=0.35 if wide else 0.55, paddingOuter=0.3 if wide else 0.5),
        axis=names_axis(width),
    )
    x = alt.X(
        "from:Q",
        scale=alt.Scale(domain=[0, most]),
        axis=alt.Axis(title=_("Patients"), format="d", tickMinStep=1, tickCount=6),
    )
    scale = alt.Scale(domain=used, range=[colours[name] for name in used])
    base = alt.Chart(alt.NamedData("grades"))
    bars = base.mark_bar(stroke=INK, strokeWidth=1).encode(
        y=y,
        x=x,
        x2="to:Q",
        color=alt.Color("grade:N", scale=scale, legend=alt.Legend(symbolType="square", columns=0 if wide else 3)),
    )
    enough = f"(datum.to - datum.from) / {most} * {plot} >= {LETTER} * length(toString(datum.count)) + 4"
    counts = (
        base.transform_filter(enough)
        .transform_calculate(middle="(datum.from + datum.to) / 2")
        .mark_text(fontWeight="bold")
        .encode(
            y=y,
            x=alt.X("middle:Q"),
            text="count:N",
            color=alt.condition("datum.dark", alt.value("white"), alt.value("black")),
        )
    )
    layers = [bars, counts]
    if not wide:  # no room beside the plot: the names stand above their bars
        first = base.transform_filter("datum.from === 0")
        layers.append(
            first.mark_text(
                align="left",
                baseline="bottom",
                dy=-12 - (lines - 1) * LINE,
                lineBreak="\n",
                lineHeight=LINE,
                color=INK,
            ).encode(y=y, x=alt.datum(0), text="lines:N")
        )
    step = max(30, lines * LINE + 8) if wide else 46 + 2 * (lines - 1) * LINE
    return drawn(alt.layer(*layers).properties(width=plot, height=step * len(names)), width, grades=rows)


def term_table(results: Results, *, caption: str, name: str) -> Block:
    """Every term in a row: patients with it, and by worst grade in columns; one sentence where no term is named."""
    found = terms(results)
    if not found:
        return Block("")
    grades = sorted({grade for term in found for grade in term.grades})
    complete = {id(term): sum(int(row.value) for row in term.grades.values()) == term.share.events for term in found}
    body = [
        [
            escaped(label(term.share)),
            f"{num(term.share.key, 'events')} ({num(term.share.key)}; {num(term.share.key, 'interval')})",
            *(
                num(term.grades[grade].key) if grade in term.grades else "0" if complete[id(term)] else "–"
                for grade in grades
            ),
        ]
        for term in found
    ]
    first = found[0].share
    said = [
        caption,
        _(
            "Patients of %(all)s (percentage; %(method)s %(interval)s), then by worst grade.",
            all=first.n,
            method=method_words(first),
            interval=interval_name(first),
        ),
    ]
    if not all(complete.values()):
        said.append(_("A dash stands for nobody, or for too few to be shown."))
    header = [_("Adverse event"), _("Patients"), *(_("Grade %(grade)s", grade=grade) for grade in grades)]
    return table(header, body, caption=" ".join(said), name=name)
