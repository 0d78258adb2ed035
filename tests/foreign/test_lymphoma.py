"""A review of a cohort unlike the reference: nothing but study.yml and tables says what it is."""

from __future__ import annotations

import csv

import pytest

from foreign.lymphoma import write_lymphoma
from livingreview import chapter
from livingreview.analyses.support import chapters
from livingreview.endpoints.recorded import facts_of
from livingreview.endpoints.registry import endpoints_of
from support import run

ASKED = {"milestones": [12, 24], "interval": "log-log", "level": 0.95}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_lymphoma(tmp_path_factory.mktemp("foreign") / "lymphoma")


@pytest.fixture(scope="module")
def cohort(folder):
    return chapter.load_cohort(folder)


def patients(folder) -> list[dict[str, str]]:
    with (folder / "patients.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_check_speaks_of_declared_endpoints(folder):
    supported = {one.chapter: one.supported for one in chapters(folder)}
    assert (supported["endpoint-efs24"], supported["endpoint-dor"], supported["responses"]) == ("yes", "yes", "yes")


def test_a_declared_endpoint_is_counted_by_its_declaration(folder, cohort):
    found = chapter.endpoint_survival(cohort, endpoint="efs24", **ASKED)
    rows = patients(folder)
    happened = [
        row for row in rows if row["pfs_event"] != "censored" or row["retreatment_months"] or row["os_event"] == "death"
    ]
    retreated = [row for row in rows if row["retreatment_months"]]
    assert (found["efs24.events"].value, found["efs24.events.2"].value) == (len(happened), len(retreated))
    assert found.endpoints["efs24"].parts["efs24.events.2"] == "unplanned further treatment"
    assert found["efs24.survival.24"].estimable and found.curve("efs24").endpoint == "efs24"


def test_an_endpoint_with_its_own_start_counts_who_reached_it(folder, cohort):
    found = chapter.endpoint_survival(cohort, endpoint="dor", **ASKED)
    responded = [row for row in patients(folder) if row["response_months"]]
    events = [row for row in responded if row["pfs_event"] != "censored"]
    assert (found["dor.events"].n, found["dor.events"].value) == (len(responded), len(events))
    assert found["dor.events.1"].value + found["dor.events.2"].value == len(events)


def test_a_group_of_adverse_events_counts_patients(folder, cohort):
    with (folder / "adverse_events.csv").open(encoding="utf-8", newline="") as opened:
        events = list(csv.DictReader(opened))
    infected = {row["patient_id"] for row in events if row["soc"].startswith("Infections") and int(row["grade"]) >= 3}
    found = chapter.safety(cohort, level=0.95)["safety.group.infections"]
    assert (found.events, found.n) == (len(infected), 60)


def test_response_is_by_the_criteria_of_the_disease(cohort):
    keys = [row.key for row in chapter.responses(cohort, level=0.95).where(statistic="proportion")]
    assert [key for key in keys if key.startswith("response.end.")] == [
        *(f"response.end.{name}" for name in ("cr", "pr", "sd", "pd", "cr_or_better", "pr_or_better")),
        *(["response.end.not_evaluable"] if "response.end.not_evaluable" in keys else []),
    ]
    assert "Lugano" in chapter.response_definition(cohort).markdown


def test_definitions_come_from_the_declaration(cohort):
    said = chapter.further_definitions(cohort, "pfs", "os").markdown
    assert "(method-efs24)=" in said and "(method-dor)=" in said and "(method-ttnt)=" not in said
    assert (
        "Time from randomisation to progression or relapse or unplanned further treatment or death from any cause"
        in said
    )
    assert "Time from the first response to progression" in said


def test_the_facts_of_the_edition(folder, cohort):
    found = facts_of(folder, cohort.study)
    assert (found.design, found.criteria, found.origin) == ("randomised", "Lugano", "randomisation")
    assert found.conditions == ("adverse-events", "other-criteria", "randomised", "responses", "simulated")
    assert list(endpoints_of(cohort.study))[-2:] == ["efs24", "dor"]


def test_the_review_is_built_without_python(folder, tmp_path):
    done = run("build", folder, "--out", tmp_path / "lymphoma")
    assert done.returncode == 0, done.stderr
    html = tmp_path / "lymphoma" / "html" / "chapters"
    page = (html / "endpoint-efs24.html").read_text(encoding="utf-8")
    for part in ('id="fig-efs24"', 'id="tbl-efs24"', 'href="methods.html#method-efs24"', 'id="cite-this"'):
        assert part in page, part
    assert not (html / "time-to-next-treatment.html").exists()
    text = {path.stem: path.read_text(encoding="utf-8") for path in html.glob("*.html")}
    assert "Without a comparison" not in text["overall-survival"]
    wrong = ("mSMART", "R-ISS", "maintenance", "grey area", "Nothing to show", "nobody was assigned")
    assert [
        (page, words) for page, said in text.items() for words in wrong if page != "rebuild" and words in said
    ] == []
    methods = text["methods"]
    assert 'id="method-subgroups"' in methods and 'id="method-mrd"' not in methods and "Sustained" not in methods
    assert "Complete response: " in text["responses"] and "Complete response or better" not in text["responses"]
    assert "still on treatment" not in text["study"] and "Treated from" not in text["study"]
    assert (
        "Myeloma Working Group" not in text["responses"] and "After a landmark" not in text["minimal-residual-disease"]
    )


OWN = """\
response_criteria:
  name: metabolic
  categories:
    - {name: CMR, words: complete metabolic response}
    - {name: PMR, words: partial metabolic response}
    - {name: NMR, words: no metabolic response}
    - {name: PMD, words: progressive metabolic disease}
  not_evaluable: NE
  thresholds:
    - {key: cmr_rate, words: complete metabolic response, shallowest: CMR}
    - {key: objective, words: objective response, shallowest: PMR}
"""
WORDS = {",CR\n": ",CMR\n", ",PR\n": ",PMR\n", ",SD\n": ",NMR\n", ",PD\n": ",PMD\n"}


def test_criteria_of_a_cohort_s_own_are_shown_in_its_words_and_order(tmp_path):
    folder = write_lymphoma(tmp_path / "own")
    study, responses = folder / "study.yml", folder / "responses.csv"
    study.write_text(study.read_text(encoding="utf-8").replace("response_criteria: lugano\n", OWN), encoding="utf-8")
    text = responses.read_text(encoding="utf-8")
    for old, new in WORDS.items():
        text = text.replace(old, new)
    responses.write_text(text, encoding="utf-8")
    cohort = chapter.load_cohort(folder)
    found, labels = chapter.responses(cohort, level=0.95), chapter.timepoint_labels(cohort)
    assert chapter.responses_answer(found, labels).markdown.splitlines()[1].startswith("Complete metabolic response: ")
    drawn = [row["response"] for row in chapter.response_figure(found.estimates, labels).wide["datasets"]["shares"]]
    assert list(dict.fromkeys(drawn)) == ["CMR", "PMR", "NMR", "PMD", "not assessed"]
    heads = chapter.path_table(found, labels, caption="c", name="n").markdown
    assert heads.index("CMR") < heads.index("PMR") < heads.index("NMR") < heads.index("PMD")
