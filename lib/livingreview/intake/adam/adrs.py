"""ADRS: responses by visit, the best response, and minimal residual disease."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from livingreview.intake.adam.adtte import analysed
from livingreview.intake.adam.analysis_months import Origins, is_early
from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.adam.terms import words
from livingreview.intake.cell.names import slug
from livingreview.intake.folder.draft import Draft
from livingreview.intake.folder.import_report import Line
from livingreview.words.intake_messages import fact_words

MRD = re.compile("MRD")


def one_code(adrs: Dataset, given: str | None, usual: Sequence[str] | re.Pattern, option: str) -> str | None:
    """The PARAMCD to read: the one given, or the only usual one; several are refused."""
    codes = {code for code in adrs.text("PARAMCD").str.upper() if code}
    if given:
        if given.upper() in codes:
            return given.upper()
        adrs.refuse("rows-missing", column="PARAMCD", parameter=given.upper(), known=sorted(codes))
        return None
    fits = usual.match if isinstance(usual, re.Pattern) else usual.__contains__
    found = sorted(code for code in codes if fits(code))
    if len(found) > 1:
        adrs.refuse("parameters-several", column="PARAMCD", both=found, option=option)
    return found[0] if len(found) == 1 else None


def responses(
    adrs: Dataset, origins: Origins, visit_code: str | None, best_code: str | None, values: Mapping[str, str]
) -> tuple[Draft | None, list[dict[str, str]]]:
    """The responses table and the timepoints for study.yml, visits in order and the best response last."""
    parts, timepoints = [], []
    if visit_code:
        rows = _answered(adrs, visit_code)
        visits = _visits(rows)
        parts.append(_part(rows, visits, "at_visit", origins, values))
        timepoints = _in_order(rows, visits)
    if best_code:
        rows = _answered(adrs, best_code)
        timepoints = [point for point in timepoints if point["name"] != "best"]
        timepoints.append({"name": "best", "label": fact_words("best-response")})
        parts.append(_part(rows, pd.Series("best", index=rows.rows), "best", origins, values))
    if not parts:
        return None, []
    frame = _filled(adrs, pd.concat(parts), "response")
    frame = frame[frame["timepoint"] != ""]
    early = is_early(frame["months"])
    adrs.leave_out_rows(early, "months-of-responses", "early-response")
    frame.loc[early, "months"] = None
    for row, record in frame[frame.duplicated(["patient_id", "timepoint"])].iterrows():
        adrs.refuse("response-twice", row, "AVISIT", record["patient_id"], timepoint=record["timepoint"])
    sources = {"patient_id": "USUBJID", "timepoint": "AVISIT", "response": "AVALC", "months": "ADT", "basis": "PARAMCD"}
    return adrs.draft("responses", {target: (sources[target], frame[target]) for target in frame}), timepoints


def _answered(adrs: Dataset, code: str) -> Dataset:
    """Rows of a code, flagged for analysis where flags are used, with a result."""
    rows = analysed(adrs.where(adrs.text("PARAMCD").str.upper() == code), code)
    empty = rows.text("AVALC").eq("")
    return rows.where(rows.leave_out_rows(empty, "rows-of-parameter", "no-result", parameter=code))


def _part(rows: Dataset, timepoint: pd.Series, basis: str, origins: Origins, values: Mapping[str, str]) -> pd.DataFrame:
    terms = words("response", values)
    return pd.DataFrame(
        {
            "patient_id": rows.text("USUBJID"),
            "timepoint": timepoint,
            "response": rows.recoded("responses", "response", "AVALC", terms, "response-unknown", unknown=False),
            "months": origins.months(rows, "ADT", "responses", "months", "ADY"),
            "basis": basis,
        },
        dtype=object,
    )


def _visits(rows: Dataset) -> pd.Series:
    """A slug a row; "" for rows without a visit, which are left out."""
    name = rows.first(("AVISIT", "VISIT")) or "AVISIT"
    slugs = rows.text(name).map(slug)
    rows.leave_out_rows(slugs.eq(""), "rows-of-responses", "no-visit", column=name)
    rows.map("responses", "timepoint", name, Line("slugs"))
    return slugs


def _in_order(rows: Dataset, visits: pd.Series) -> list[dict[str, str]]:
    """Timepoints in the order of AVISITN, or of their median date where there is none."""
    labels = rows.text(rows.first(("AVISIT", "VISIT")) or "AVISIT")
    number = rows.first(("AVISITN", "VISITNUM"))
    when = rows.numbers(number) if number else rows.dates("ADT").map(lambda day: day and float(day.toordinal()))
    frame = pd.DataFrame({"slug": visits, "label": labels, "when": when.astype(float)})
    found = frame[frame["slug"] != ""].groupby("slug").agg(label=("label", "first"), when=("when", "median"))
    found = found.reset_index().sort_values(["when", "slug"], kind="stable")
    rows.report.remark("timepoints-in-order" if number else "timepoints-by-date", column=number or "ADT")
    return [{"name": row.slug, "label": row.label} for row in found.itertuples()]


def _filled(adrs: Dataset, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows with a result; words that --values leaves empty are no result."""
    return frame[adrs.leave_out_rows(frame[column].isna(), "rows", "left-empty", column=column)]


def samples(adrs: Dataset, origins: Origins, code: str, values: Mapping[str, str]) -> Draft | None:
    """The MRD table: a row per sample with its month and result; None where no month can be known."""
    if not origins.start:
        adrs.leave_out("rows-of-parameters", "no-origin-for-sample", names=[code])
        return None
    rows = _answered(adrs, code)
    frame = pd.DataFrame(
        {
            "patient_id": rows.text("USUBJID"),
            "months": origins.months(rows, "ADT", "mrd", "months", "ADY"),
            "status": rows.recoded("mrd", "status", "AVALC", words("mrd", values), "mrd-unknown", unknown=False),
        },
        dtype=object,
    )
    frame = _filled(adrs, frame, "status")
    frame = frame[adrs.leave_out_rows(is_early(frame["months"]), "samples", "early-sample")]
    sources = {"patient_id": "USUBJID", "months": "ADT", "status": "AVALC"}
    return adrs.draft("mrd", {target: (sources[target], frame[target]) for target in frame})
