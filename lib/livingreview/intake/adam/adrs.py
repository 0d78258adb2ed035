"""ADRS: responses by visit, the best response, and minimal residual disease."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from livingreview.cohort.vocabulary import RESPONSE_WORDS, RESPONSES
from livingreview.intake.adam.adtte import analysed
from livingreview.intake.adam.analysis_months import Origins
from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.adam.subjects import recode
from livingreview.intake.folder.import_report import counted
from livingreview.intake.mapping.draft import Draft, Place

BY_VISIT = ("OVRLRESP", "OVRRESP", "OVR")
BEST = ("BOR", "BESTRESP", "CBOR")
OTHER_WORDS = {"minor response": "MR", "disease progression": "PD", "unevaluable": "NE", "inevaluable": "NE"}
WORDS = {
    **{term.casefold(): term for term in RESPONSES},
    **{words: term for term, words in RESPONSE_WORDS.items()},
    **OTHER_WORDS,
}
STATUS = {
    **dict.fromkeys(("negative", "neg", "mrd negative", "mrd-", "undetectable", "not detected"), "negative"),
    **dict.fromkeys(("positive", "pos", "mrd positive", "mrd+", "detectable", "detected"), "positive"),
    **dict.fromkeys(("ne", "not evaluable", "indeterminate", "inconclusive", "failed"), "not_evaluable"),
}
VALUES_FIX = "Say what it means: --values FILE, a YAML file with a “{section}” of words and terms."


def one_code(adrs: Dataset, given: str | None, usual: tuple[str, ...] | re.Pattern, option: str) -> str | None:
    """The PARAMCD to read: the one given, or the only usual one; several are refused."""
    codes = {code for code in adrs.text("PARAMCD").str.upper() if code}
    if given:
        if given.upper() not in codes:
            listed = ", ".join(sorted(codes)) or "none"
            adrs.refuse(f"there are no rows of {given.upper()}", f"PARAMCD there are: {listed}.", column="PARAMCD")
            return None
        return given.upper()
    fits = usual.match if isinstance(usual, re.Pattern) else usual.__contains__
    found = sorted(code for code in codes if fits(code))
    if len(found) > 1:
        adrs.refuse(f"{' and '.join(found)} may be meant", f"Name one with {option}.", column="PARAMCD")
        return None
    return found[0] if found else None


def responses(
    adrs: Dataset, origins: Origins, visit_code: str | None, best_code: str | None, values: Mapping[str, str]
) -> tuple[Draft | None, list[dict[str, str]]]:
    """The responses table and the timepoints for study.yml, visits in order and the best response last."""
    parts, timepoints = [], []
    if visit_code:
        rows = _answered(adrs, visit_code)
        visits = _visits(rows)
        part = _part(rows, visits, "at_visit", origins, values)
        timepoints += _in_order(rows, visits)
        parts.append(part)
    if best_code:
        rows = _answered(adrs, best_code)
        timepoints = [point for point in timepoints if point["name"] != "best"]
        timepoints.append({"name": "best", "label": "Best response"})
        parts.append(_part(rows, pd.Series("best", index=rows.frame.index), "best", origins, values))
    if not parts:
        return None, []
    frame = _filled(adrs, pd.concat(parts), "response")
    frame = frame[frame["timepoint"] != ""]
    before = _before(frame)
    if before.any():
        why = "before the origin: the response is kept, its month is left empty"
        adrs.report.left_out(f"{adrs.label}: {counted(int(before.sum()), 'month')} of responses", why)
        frame.loc[before, "months"] = None
    rows_of = list(frame.index)
    places = {
        name: Place(adrs.label, source, rows_of)
        for name, source in (
            ("patient_id", "USUBJID"),
            ("timepoint", "AVISIT"),
            ("response", "AVALC"),
            ("months", "ADT"),
        )
    }
    _refuse_twice(adrs, frame)
    return Draft("responses", frame.reset_index(drop=True), places), timepoints


def _answered(adrs: Dataset, code: str) -> Dataset:
    """Rows of a code, flagged for analysis where flags are used, with a result."""
    rows = analysed(adrs.where(adrs.text("PARAMCD").str.upper() == code), code)
    empty = rows.text("AVALC").eq("").astype(bool)
    if empty.any():
        adrs.report.left_out(f"{adrs.label}: {counted(int(empty.sum()), 'row')} of {code}", "no result (AVALC)")
    return rows.where(~empty)


def _part(rows: Dataset, timepoint: pd.Series, basis: str, origins: Origins, values: Mapping[str, str]) -> pd.DataFrame:
    terms = WORDS | {word.casefold(): term for word, term in values.items()}
    read = recode(
        rows,
        "AVALC",
        "responses",
        "response",
        lambda word: terms.get(word.casefold()),
        fix=VALUES_FIX.format(section="response"),
        unknown=False,
    )
    return pd.DataFrame(
        {
            "patient_id": rows.text("USUBJID"),
            "timepoint": timepoint,
            "response": read,
            "months": origins.months(rows, "ADT", "responses", "months", "ADY"),
            "basis": basis,
        },
        dtype=object,
    )


def _visits(rows: Dataset) -> pd.Series:
    """A slug a row; "" for rows without a visit, which are left out."""
    name = rows.first("AVISIT", "VISIT") or "AVISIT"
    slugs = rows.text(name).map(slug)
    missing = int(slugs.eq("").sum())
    if missing:
        rows.report.left_out(f"{rows.label}: {counted(missing, 'row')} of responses", f"no visit ({name})")
    rows.report.mapped("responses", "timepoint", f"{rows.label}, {name}", "in small letters, declared in study.yml")
    return slugs


def slug(words: str) -> str:
    """A visit as study.yml names timepoints: `Cycle 3 Day 1` → `cycle_3_day_1`."""
    found = re.sub(r"[^a-z0-9]+", "_", words.casefold()).strip("_")
    return f"visit_{found}" if found and not found[0].isalpha() else found


def _in_order(rows: Dataset, visits: pd.Series) -> list[dict[str, str]]:
    """Timepoints in the order of AVISITN, or of their median date where there is none."""
    labels = rows.text(rows.first("AVISIT", "VISIT") or "AVISIT")
    numbers = rows.first("AVISITN", "VISITNUM")
    if numbers:
        when, order = rows.numbers(numbers), numbers
    else:
        when, order = rows.dates("ADT").map(lambda day: float(day.toordinal()) if day else float("nan")), "median ADT"
    frame = pd.DataFrame({"slug": visits, "label": labels, "when": when.astype(float)})
    frame = frame[frame["slug"] != ""]
    found = frame.groupby("slug").agg(label=("label", "first"), when=("when", "median"))
    found = found.reset_index().sort_values(["when", "slug"], kind="stable")
    rows.report.note(f"Timepoints are in the order of {order}.")
    return [{"name": row.slug, "label": row.label} for row in found.itertuples()]


def _before(frame: pd.DataFrame) -> pd.Series:
    return frame["months"].map(lambda month: month is not None and month < 0).astype(bool)


def _filled(adrs: Dataset, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows with a result; words that --values leaves empty are no result."""
    empty = frame[column].isna()
    if empty.any():
        adrs.report.left_out(f"{adrs.label}: {counted(int(empty.sum()), 'row')}", f"{column} left empty by --values")
    return frame[~empty]


def _refuse_twice(adrs: Dataset, frame: pd.DataFrame) -> None:
    again = frame.duplicated(["patient_id", "timepoint"])
    for row, record in frame[again].iterrows():
        fix = "Flag one in ANL01FL, or correct AVISIT."
        rule = f"the patient has a response at {record['timepoint']} already"
        adrs.refuse(rule, fix, row, "AVISIT", record["patient_id"])


def samples(adrs: Dataset, origins: Origins, code: str, values: Mapping[str, str]) -> Draft | None:
    """The MRD table: a row per sample with its month and result; None where no month can be known."""
    if not origins.start:
        adrs.report.left_out(f"{adrs.label}: rows of {code}", "no time origin, and a sample needs its month")
        return None
    rows = _answered(adrs, code)
    terms = STATUS | {word.casefold(): term for word, term in values.items()}
    frame = pd.DataFrame(
        {
            "patient_id": rows.text("USUBJID"),
            "months": origins.months(rows, "ADT", "mrd", "months", "ADY"),
            "status": recode(
                rows,
                "AVALC",
                "mrd",
                "status",
                lambda word: terms.get(word.casefold()),
                fix=VALUES_FIX.format(section="mrd"),
                unknown=False,
            ),
        },
        dtype=object,
    )
    frame = _filled(adrs, frame, "status")
    early = _before(frame)
    if early.any():
        adrs.report.left_out(f"{adrs.label}: {counted(int(early.sum()), 'MRD sample')}", "taken before the origin")
    frame = frame[~early]
    sources = (("patient_id", "USUBJID"), ("months", "ADT"), ("status", "AVALC"))
    places = {name: Place(adrs.label, source, list(frame.index)) for name, source in sources}
    return Draft("mrd", frame.reset_index(drop=True), places)
