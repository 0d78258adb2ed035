"""A reader subtracts: what the files of one observed build prove about small counts, ids and single times."""

from __future__ import annotations

import csv
import json
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from reader_model import SMALLEST, Reader

from livingreview import chapter
from livingreview.cohort.cohort import Cohort
from observed import CONVERTED, KRD, LEFT, MISSING_STAGE, UNSAMPLED, WITHOUT_EVENT, mrd_status, write_observed
from support import ROOT

TEXT = {".html", ".json", ".csv", ".ipynb", ".js", ".txt", ".svg", ".inv", ".md"}


def _known_at_18(samples: pd.DataFrame) -> dict[str, str]:
    """What the samples of the year before month 18, and those before them, said of a patient."""
    found = {}
    told = samples.assign(months=samples["months"].astype(float)).sort_values("months")
    told = told[(told["months"] <= 18) & told["status"].isin(["negative", "positive"])]
    for one, rows in told.groupby("patient_id"):
        since = rows["months"][(rows["status"] == "positive").iloc[::-1].cumsum().iloc[::-1] == 0]
        confirmed = len(since) and since.max() - since.min() >= 12 - 1e-6
        if rows["months"].max() >= 6 - 1e-6:
            found[one] = "positive" if since.empty else "sustained" if confirmed else "unconfirmed"
    return found


@pytest.fixture(scope="module")
def cohort(built_observed) -> tuple[Path, dict[str, pd.DataFrame]]:
    folder = built_observed / "centre"
    return folder, {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in folder.glob("*.csv")}


@pytest.fixture(scope="module")
def out(built_observed) -> Path:
    """The one build."""
    return built_observed / "out"


@pytest.fixture(scope="module")
def pages(out: Path) -> list[dict]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((out / "results").glob("*.json"))]


@pytest.fixture(scope="module")
def reader(pages) -> Reader:
    return Reader(pages)


def _baseline_truth(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    patients = tables["patients"]
    found = {f"flow.left.{place}": int(a) - int(b) for place, (a, b) in enumerate(pairwise(tables["flow"]["n"]))}
    for column in ("sex", "iss_stage", "r_iss_stage", "msmart_risk", "induction", "n_asct"):
        counts = patients[column].replace("", "missing").str.lower().value_counts()
        found |= {f"baseline.{column}.{name}": int(count) for name, count in counts.items()}
    return found


def _response_truth(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    ids = tables["patients"]["patient_id"]
    wide = tables["responses"].pivot(index="patient_id", columns="timepoint", values="response").reindex(ids)
    wide = wide.replace("NE", None).fillna("not_evaluable")
    found = {}
    for at in ("before", "after", "best"):
        found |= {f"response.{at}.{name.lower()}": int(count) for name, count in wide[at].value_counts().items()}
    for before, after in (("before", "after"), ("after", "best")):
        pairs = wide.groupby([before, after]).size()
        found |= {f"response.{before}.{after}.{a}.{b}".lower(): int(count) for (a, b), count in pairs.items()}
        same = (wide[before] == wide[after]) & (wide[before] != "not_evaluable")
        found[f"response.unchanged.{before}.{after}"] = int(same.sum())
    return found


def _safety_truth(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    events, patients = tables["adverse_events"], tables["patients"]
    worst = events["grade"].astype(int).groupby(events["patient_id"]).max()
    found = {f"safety.worst.grade{grade}": int((worst == grade).sum()) for grade in range(1, 6)}
    found |= {"safety.none": len(patients) - len(worst), "safety.grade5": found["safety.worst.grade5"]}
    having = {f"safety.{flag}": events[flag] == "yes" for flag in ("serious", "related")}
    having |= {f"safety.term.{t.lower().replace(' ', '_')}": events["term"] == t for t in events["term"].unique()}
    for key, chosen in having.items():
        found[key] = events.loc[chosen, "patient_id"].nunique()
        found[f"{key}.without"] = len(worst) - found[key]
        found[f"{key}.not"] = len(patients) - found[key]
    return found


def _mrd_truth(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    status, patients = mrd_status(tables["mrd"]), tables["patients"]
    unsampled = ~patients["patient_id"].isin(status.index)
    followed = patients["pfs_months"].astype(float) > 18
    known = patients["patient_id"].map(_known_at_18(tables["mrd"])).where(followed)
    assessed = known.isin(["sustained", "unconfirmed", "positive"])
    negative = patients["patient_id"].isin(status.index[status["negative"]])
    return {
        "mrd.landmark.followed": int(followed.sum()),
        "mrd.landmark.gone": int((~followed).sum()),
        "mrd.landmark.sustained": int((known == "sustained").sum()),
        "mrd.landmark.not_sustained": int(known.isin(["unconfirmed", "positive"]).sum()),
        "mrd.landmark.positive": int((known == "positive").sum()),
        "mrd.landmark.unconfirmed": int((known == "unconfirmed").sum()),
        "mrd.landmark.not_assessed": int((followed & ~assessed).sum()),
        "mrd.stale.followed": int((followed & ~assessed & ~unsampled).sum()),
        "mrd.evaluated.otherwise": int((~unsampled & ~assessed).sum()),
        "mrd.negative.otherwise": int((negative & ~known.isin(["sustained", "unconfirmed"])).sum()),
        "mrd.unsampled": int(unsampled.sum()),
        "mrd.unsampled.followed": int((unsampled & followed).sum()),
        "mrd.sustained": int(status["sustained"].sum()),
        "mrd.never": int((~status["negative"]).sum()),
        "mrd.converted": int(status["converted"].sum()),
    }


def _survival_truth(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    patients = tables["patients"]
    months = {name: patients[f"{name}_months"].astype(float) for name in ("pfs", "os")}
    event = {name: patients[f"{name}_event"] != "censored" for name in ("pfs", "os")}
    found = {"progressed.alive": int(event["pfs"].sum() - event["os"].sum())}
    for t in range(75):
        for side, reached in (("<", lambda m, t=t: m < t), ("<=", lambda m, t=t: m <= t)):
            by = {name: reached(months[name]) for name in months}
            for name in months:
                found[f"{name}.events{side}{t}"] = int((by[name] & event[name]).sum())
                found[f"{name}.censored{side}{t}"] = int((by[name] & ~event[name]).sum())
                found[f"{name}.left{side}{t}"] = int((~by[name]).sum())
            found[f"progressed.alive{side}{t}"] = found[f"pfs.events{side}{t}"] - found[f"os.events{side}{t}"]
    return found


def _small(truth: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in truth.items() if 0 < count < SMALLEST}


def test_the_planted_cells_are_small(cohort):
    tables = cohort[1]
    assert _small(_baseline_truth(tables)) == {
        "flow.left.1": LEFT,
        "baseline.induction.krd": KRD,
        "baseline.iss_stage.missing": MISSING_STAGE,
    }
    assert _small(_safety_truth(tables)) == {
        "safety.worst.grade5": 1,
        "safety.grade5": 1,
        "safety.none": WITHOUT_EVENT,
        "safety.term.sepsis": 1,
        "safety.term.gout": 2,
        "safety.term.tinnitus": 2,
    }
    assert {"response.after.sd", "response.after.not_evaluable"} <= set(_small(_response_truth(tables)))
    assert _small(_mrd_truth(tables))["mrd.unsampled"] == UNSAMPLED
    assert _small(_mrd_truth(tables))["mrd.converted"] == CONVERTED


@pytest.mark.parametrize("truth_of", [_baseline_truth, _response_truth, _safety_truth, _mrd_truth, _survival_truth])
def test_no_small_count_can_be_proven(reader, cohort, truth_of):
    assert reader.proven(truth_of(cohort[1])) == {}


def test_no_small_step_of_a_curve_can_be_proven(reader, cohort):
    truth = _survival_truth(cohort[1])
    proven = []
    for endpoint in ("pfs", "os"):
        curve = next(curve for curve in reader.curves if curve["key"] == endpoint)
        for early, late in pairwise([0, *curve["t"][1:]]):
            for kind in ("events", "censored"):
                one, two = (f"{endpoint}.{kind}<={t:g}" for t in (early, late))
                if 0 < truth[two] - truth[one] < SMALLEST and reader.proves_small({two: 1, one: -1}):
                    proven.append((endpoint, kind, early, late, truth[two] - truth[one]))
    assert proven == []


def test_a_reader_of_everything_proves_the_planted_cells(tmp_path):
    """Without the threshold the same attack succeeds, so that it is worth something that it fails."""
    folder = tmp_path / "cohort"
    tables = write_observed(folder, smallest_count=0)
    cohort = Cohort(folder)
    survival = {"milestones": [12, 24, 36], "interval": "log-log", "level": 0.95}
    shown = [
        chapter.study(cohort, level=0.95),
        chapter.safety(cohort, level=0.95),
        chapter.progression_free_survival(cohort, **survival),
    ]
    results = [found.to_dict() for found in shown]
    values = {row["key"]: row for page in results for row in page["estimates"]}
    assert values["baseline.induction.krd"]["events"] == KRD
    assert values["baseline.iss_stage.missing"]["value"] == MISSING_STAGE
    assert values["safety.term.gout.count"]["value"] == 2
    assert values["safety.worst.grade5.count"]["value"] == 1
    for page in results:
        page["curves"] = []  # read at the times of patients
    reader = Reader(results, deaths_end_pfs=False)
    assert reader.proven(_safety_truth(tables)).keys() == _small(_safety_truth(tables)).keys()
    assert reader.proven({"flow.left.1": LEFT}) == {"flow.left.1": (LEFT, (LEFT, LEFT))}


# Numbers as they stand


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _is_small(cell: str | float | None) -> bool:
    return cell not in (None, "") and 0 < float(cell) < SMALLEST


def test_results_show_no_small_count(out):
    rows = _rows(out / "results.csv")
    shown = [(row["key"], name) for row in rows for name in ("n", "events") if _is_small(row[name])]
    shown += [(row["key"], "value") for row in rows if row["unit"] == "patients" and _is_small(row["value"])]
    assert shown == []
    assert len(rows) > 100


def _steps(values: list[float]) -> list[float]:
    return [abs(b - a) for a, b in pairwise(values)]


@pytest.mark.parametrize("column", ["at_risk", "censored", "events"])
def test_curve_files_step_by_nobody_or_enough(out, column):
    paths = sorted((out / "curves").glob("*.csv"))
    assert {"pfs.csv", "os.csv"} <= {path.name for path in paths}
    for path in paths:
        values = [float(row[column]) for row in _rows(path) if row[column]]
        assert [x for x in [*values, *_steps(values)] if _is_small(x)] == [], path.name


@pytest.mark.parametrize("column", ["at_risk", "censored", "events"])
def test_curves_and_risk_tables_step_together_by_nobody_or_enough(pages, column):
    for curve in (curve for page in pages for curve in page["curves"]):
        table = curve["risk_table"]
        values = [x for x in table[column] if x is not None]
        assert [x for x in [*values, *_steps(values)] if _is_small(x)] == [], curve["key"]
        if column == "at_risk":
            both = dict(zip(table["times"], table[column], strict=True))
            both |= {t: x for t, x in zip(curve["t"], curve[column], strict=True) if x is not None}
            assert [x for x in _steps([both[t] for t in sorted(both)]) if _is_small(x)] == [], curve["key"]


def test_pages_show_no_small_count(out):
    found = [
        (path.name, match.group())
        for path in (out / "html").rglob("*.html")
        for match in re.finditer(
            r"(?<![\d.,])[1-4](?: of |\u00a0/\u00a0|/)(?:2[34]\d|384)\b|count: [1-4]\b", path.read_text("utf-8")
        )
    ]
    assert found == []


def _texts(out: Path) -> dict[str, str]:
    """Every file of the build that was not installed with the theme."""
    paths = [path for path in out.rglob("*") if path.is_file() and "_static" not in path.relative_to(out).parts]
    texts = {str(path.relative_to(out)): path.read_text("utf-8", errors="replace") for path in paths}
    manifest = json.loads(texts["manifest.json"])
    manifest["seconds"] = sorted(manifest["seconds"])  # how long a chapter took is the time of no patient
    return texts | {"manifest.json": json.dumps(manifest)}


def test_no_patient_is_named(out, cohort):
    ids = set(cohort[1]["patients"]["patient_id"])
    named = {name: found for name, text in _texts(out).items() if (found := ids & set(re.findall(r"Zq\w+?w\b", text)))}
    assert named == {}


def test_no_time_of_a_single_patient_is_shown(out, cohort):
    columns = [table[name] for table in cohort[1].values() for name in table.columns if name.endswith("months")]
    times = {cell.rstrip("0") for column in columns for cell in column if cell and float(cell)}
    assert len(times) > 300
    shown = {
        name: found
        for name, text in _texts(out).items()
        if (found := times & {token.rstrip("0") for token in re.findall(r"(?<![\w.])\d{1,2}\.\d{3,4}(?!\d)", text)})
    }
    assert shown == {}


def test_no_path_or_user_is_named(out, cohort):
    named = [str(cohort[0].parent), str(ROOT), str(out.parent)]
    assert [(name, one) for name, text in _texts(out).items() for one in named if one in text] == []
