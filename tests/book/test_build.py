"""One build by the command: what it promises to write, the same bytes again, and nothing lost when it fails."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from support import PAGES, REFERENCE, ROOT, STATEMENT, build, run, small_book, tree, write_small

EXECUTED = [page for page in PAGES if page != "chapters/rebuild"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_every_page_of_the_toc_is_there(built):
    for page in PAGES:
        assert (built / "html" / f"{page}.html").is_file(), page


def test_outputs_are_those_promised(built):
    assert sorted(path.name for path in built.iterdir()) == [
        "curves", "html", "ledger.csv", "manifest.json", "notebooks", "results", "results.csv",
    ]  # fmt: skip
    assert sorted(path.stem for path in (built / "notebooks").iterdir()) == sorted(
        page.rpartition("/")[2] for page in EXECUTED
    )
    assert {"pfs.csv", "os.csv"} <= {path.name for path in (built / "curves").iterdir()}


def test_results_hold_every_estimate_once_sorted_by_key(built):
    found = rows(built / "results.csv")
    assert list(found[0]) == [
        "key", "endpoint", "group", "statistic", "time_months", "value", "low", "high", "level", "method", "n", "events",
        "unit", "chapter", "reason", "identifiability", "status", "limits",
        "estimator", "interval", "qualifiers", "group_variables", "group_levels", "reason_code",
    ]  # fmt: skip
    keys = [row["key"] for row in found]
    assert keys == sorted(set(keys))
    chapters = {row["chapter"] for row in found}
    assert chapters == {page.rpartition("/")[2] for page in EXECUTED} - {"about", "methods"}
    pfs = next(row for row in found if row["key"] == "pfs.survival.36")
    assert (pfs["n"], pfs["events"], pfs["method"], pfs["level"]) == ("28", "7", "Kaplan-Meier, plain interval", "0.95")
    assert round(float(pfs["value"]), 6) == 0.708042


def test_the_ledger_names_every_printed_number(built):
    ledger = rows(built / "ledger.csv")
    assert list(ledger[0]) == ["id", "part", "printed", "reproduced", "status", "basis", "explanation"]
    assert {row["id"] for row in ledger} == {row["id"] for row in rows(REFERENCE / "published.csv")}
    assert {row["status"] for row in ledger} == {"reproduced", "rounding", "not-derivable", "not-printed"}


def test_a_curve_has_at_most_200_points_and_counts_that_add_up(built):
    points = rows(built / "curves" / "pfs.csv")
    assert 2 <= len(points) <= 200 and {point["edition"] for point in points} == {"reconstructed"}
    for point in points:
        assert 0 <= int(point["censored"]) + int(point["events"]) <= 28


def test_manifest_names_chapters_inputs_and_versions(built):
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["executed"] == sorted(EXECUTED) and manifest["reused"] == []
    assert set(manifest["seconds"]) == set(EXECUTED)
    digest = hashlib.sha256((REFERENCE / "patients.csv").read_bytes()).hexdigest()
    assert manifest["inputs"]["cohort/patients.csv"] == digest
    assert manifest["versions"]["lifelines"].startswith("0.30")


@pytest.mark.parametrize("page", [*PAGES, "search", "genindex"])
def test_every_page_says_what_its_data_are_and_asks_no_other_host(built, page):
    html = (built / "html" / f"{page}.html").read_text(encoding="utf-8")
    assert STATEMENT in html
    loaded = re.findall(r"<(?:script|img|iframe|source|embed)[^>]*\ssrc=\"([^\"]+)\"", html)
    loaded += re.findall(r"<link[^>]*\shref=\"([^\"]+)\"", html)
    assert loaded and [address for address in loaded if re.match(r"(https?:)?//", address)] == []
    assert "MathJax" not in html and "unpkg" not in html and "jsdelivr" not in html


def test_no_page_shows_code_a_path_or_a_user(built):
    secrets = [str(ROOT), str(built.parent), os.path.expanduser("~") + "/"]
    for path in built.rglob("*"):
        if path.suffix in {".html", ".ipynb", ".json", ".csv", ".js"} and path.is_file():
            text = path.read_text(encoding="utf-8")
            assert [secret for secret in secrets if secret in text] == [], path
    for page in EXECUTED:
        html = (built / "html" / f"{page}.html").read_text(encoding="utf-8")
        assert "livingreview.chapter" not in html and "cohort_path" not in html.split("tbl-parameters")[0]


def test_executed_notebooks_are_valid_and_without_a_trace_of_the_run(built):
    for path in (built / "notebooks").iterdir():
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert "papermill" not in notebook.metadata
        assert [cell.id for cell in notebook.cells] == [f"cell-{number}" for number in range(len(notebook.cells))]
        injected = [cell for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", [])]
        assert len(injected) == 1 and 'cohort_path = "chen-2026"' in injected[0].source


def test_a_page_leads_to_its_executed_notebook_and_to_the_numbers(built):
    html = (built / "html" / "chapters" / "safety.html").read_text(encoding="utf-8")
    for target in ("notebooks/safety.ipynb", "results.csv"):
        assert f'href="../{target}"' in html and (built / "html" / target).is_file()


def test_numbers_in_prose_equal_the_results(built):
    html = (built / "html" / "chapters" / "progression-free-survival.html").read_text(encoding="utf-8")
    assert re.search(r'<span class="num" id="pfs-survival-36-loglog-all-histories"[^>]*>70\.8\xa0%</span>', html)
    found = {row["key"]: row for row in rows(built / "results.csv")}
    low, high = (float(found["pfs.survival.36.loglog_all_histories"][limit]) * 100 for limit in ("low", "high"))
    assert f"{low:.1f}\N{NO-BREAK SPACE}% to {high:.1f}\N{NO-BREAK SPACE}%" in html


@pytest.fixture(scope="session")
def well_built(once) -> Path:
    """A book of two pages over the reference cohort, built once well."""

    def make(place: Path) -> None:
        build(cwd=small_book(place / "book", "{num}`safety.grade3plus` were ill."))

    return once("small", make) / "book"


@pytest.fixture
def small(well_built, tmp_path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(well_built, tmp_path / "small"))


def test_whatever_fails_is_said_in_words_and_the_last_site_stays(small):
    site = small / "_build" / "chen-2026"
    before = tree(site)
    patients, study = small / "data" / "chen-2026" / "patients.csv", small / "data" / "chen-2026" / "study.yml"
    good_patients, good_study = patients.read_bytes(), study.read_bytes()
    breakages = [
        (patients, good_patients.replace(b"pfs_months", b"pfs_month", 1), 1, "patients.csv, row 1, pfs_months: the column is missing"),
        (patients, good_patients.replace(b"R02,9.1", b"R02,-9.1"), 1, "patients.csv, row 3, pfs_months"),
        (patients, good_patients.replace(b"R02,", b"R01,"), 1, "the same patient_id as in row 2"),
        (patients, b"patient_id,gr\x81\xdfe\n1,2\n", 1, "is neither UTF-8 nor Windows-1252"),
        (patients, b"", 1, "patients.csv: the file is empty"),
        (study, good_study.replace(b"kind: reconstructed", b"kind: invented"), 1, "study.yml, edition.kind"),
        (study, good_study.replace(b"interval: plain", b"interval: plain\n  intervall: plain"), 1, "no chapter has a parameter named"),
        (study, b"title: [", 1, "no valid YAML"),
    ]  # fmt: skip
    for path, content, code, said in breakages:
        path.write_bytes(content)
        done = run("build", cwd=small)
        assert (done.returncode, said in done.stderr, "Traceback" in done.stdout + done.stderr) == (
            code,
            True,
            False,
        ), (said, done.stderr)
        patients.write_bytes(good_patients)
        study.write_bytes(good_study)
    write_small(small, "{num}`safety.grade33plus` were ill.")
    done = run("build", cwd=small)
    assert (
        done.returncode == 1
        and "no result has the key 'safety.grade33plus'" in done.stderr
        and "Traceback" not in done.stderr
    )
    write_small(small, "{num}`safety.grade3plus mean` were ill.")
    assert "unknown part 'mean'" in run("build", cwd=small).stderr
    write_small(small, "```{code-cell} python\nno_such_name\n```")
    done = run("build", cwd=small)
    assert done.returncode == 1 and "NameError" in done.stderr and "The last good site is untouched" in done.stderr
    assert tree(site) == before


def test_settings_that_no_chapter_knows_are_refused(small):
    before = tree(small / "_build")
    done = run("build", "--set", "confidence_levle=0.9", cwd=small)
    assert done.returncode == 2 and "no chapter has a parameter named confidence_levle" in done.stderr
    done = run("build", "--set", "confidence_level", cwd=small)
    assert done.returncode == 2 and "NAME=VALUE is expected" in done.stderr
    done = run("build", "data/nowhere", cwd=small)
    assert done.returncode == 1 and "there is no such folder" in done.stderr
    assert tree(small / "_build") == before
    done = run("build", "--set", "confidence_level=0.9", cwd=small)
    assert done.returncode == 0, done.stderr
    html = (small / "_build" / "chen-2026" / "results.csv").read_text(encoding="utf-8")
    assert ",0.9,Clopper-Pearson," in html and ",0.95,Clopper-Pearson," not in html


def test_a_folder_that_is_no_build_is_never_replaced(small, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work", encoding="utf-8")
    done = run("build", "--out", precious, cwd=small)
    assert done.returncode == 2 and "is no earlier build" in done.stderr
    assert [path.name for path in precious.iterdir()] == ["thesis.txt"]


def test_a_swap_that_was_interrupted_is_recovered(small):
    out = small / "_build" / "chen-2026"
    before = tree(out)
    out.rename(out.with_name(".chen-2026.last"))
    (small / "data" / "chen-2026" / "patients.csv").write_bytes(b"")
    assert run("build", cwd=small).returncode == 1
    assert tree(out) == before


def test_jupyter_book_by_itself_says_which_command_to_run(small, tmp_path):
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(small)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode != 0 and "run “make book”" in done.stdout + done.stderr
    assert not (small / "_build" / "html").exists()
