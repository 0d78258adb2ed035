"""The only module that a chapter imports; each of its names is loaded when first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any

_cohorts: list = []
_reads: dict[str, str | None] = {}
SHOWS = {  # what chapters show, by the module of presentation that makes it
    "survival_figure": ("survival_figure",),
    "bars": ("response_figure",),
    "rates": ("rate_figure", "lower_limit_figure"),
    "harms": ("term_figure", "grade_figure", "term_table", "rates_of_all"),
    "paths": ("path_table",),
    "flow_figure": ("flow_figure",),
    "swimmer": ("swimmer_figure", "lane_table"),
    "forest": ("forest_figure",),
    "subgroup_words": ("subgroups_answer", "p_values_words"),
    "kit.table": ("estimate_table", "response_table", "lower_limit_table"),
    "ledger_table": ("flow_table", "facts_table", "ledger_table", "status_table", "feasible_table"),
    "audit_words": ("audit_answer", "audit_counts_table", "audit_table", "audit_assumptions"),
    "survival_words": ("survival_answer", "survival_details"),
    "endpoint_words": ("endpoint_table",),
    "sentences": ("responses_answer", "changes_words", "safety_answer", "study_answer"),
    "mrd_words": ("mrd_answer", "mrd_table", "mrd_landmark_table", "mrd_time_dependent_table"),
    "specification_figure": ("specification_answer", "specification_figure"),
}
HOMES = {name: f"livingreview.presentation.{module}" for module, names in SHOWS.items() for name in names}
DEFINES = (
    "endpoint_definition",
    "endpoint_cautions",
    "further_definitions",
    "response_definition",
    "group_definitions",
)
HOMES |= dict.fromkeys(DEFINES, "livingreview.chapter_definitions") | {
    "gettext": "livingreview.words.translate",
    "specification": "livingreview.analyses.specifications",  # of one cohort among many, and no page shows it alone
}


def __getattr__(name: str) -> Any:
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    from livingreview.analyses.registry import ANALYSES

    if name in ANALYSES:
        return _released(ANALYSES[name].load())
    raise AttributeError(
        f"a chapter can use {', '.join(sorted([*HOMES, *ANALYSES]))} and the functions of this module; not {name!r}"
    )


def _released(analysis: Callable) -> Callable:
    """The analysis, followed by disclosure: a chapter never holds a number it may not show."""

    @wraps(analysis)
    def released(cohort, **parameters):
        from livingreview.disclosure.gate import releasable

        fixed = cohort.identified
        if fixed is not None:
            fixed = fixed.asked_with(parameters)
        results, smallest = analysis(cohort, **parameters), cohort.smallest_shown
        if smallest <= 1:
            return releasable(results, fixed)
        approved = cohort.study.disclosure == "outcomes-as-published"
        printed = _as_published(cohort, results) if approved else set()
        return releasable(results, fixed, smallest, key=cohort.key, printed=printed, approved=approved)

    return released


def _as_published(cohort, results) -> set[str]:
    """Keys of numbers that are printed already."""
    from livingreview.published.as_published import as_published

    cohort.note("published.csv")
    return as_published(cohort.folder, results.estimates)


def load_cohort(folder: str):
    """Open a cohort folder, and remember it for `trace`; what is said from now on is in its language."""
    from livingreview.cohort.cohort import Cohort
    from livingreview.cohort.problems import CohortError
    from livingreview.words.translate import ENGLISH, catalogue_file, use

    CohortError.describe = _in_words
    _cohorts.append(Cohort(folder))
    language = _cohorts[-1].study.language
    use(language)
    if language != ENGLISH:
        _note("words", [catalogue_file(language)])
    return _cohorts[-1]


def _in_words(problem) -> str:
    """A problem as a reader of a notebook understands it; the words are loaded only where there is one."""
    from livingreview.words.problem_words import sentence

    return sentence(problem)


def specification_points(cohort, **shared) -> list[dict]:
    """Every way to count the headline, lowest estimate first; none where small counts are withheld."""
    from livingreview.analyses.specifications import points, read_specifications

    return points(read_specifications(cohort, shared))


def trace():
    """What this chapter opened and which of our modules it loaded; the build asks for it at the end."""
    from livingreview.presentation.kit.display import Trace

    tables = {name: digest for cohort in _cohorts for name, digest in cohort.opened.items()}
    reads = {name: digest for cohort in _cohorts for name, digest in cohort.reads.items()} | _reads
    modules = sorted(name for name in sys.modules if name.partition(".")[0] == "livingreview")
    return Trace(tables, reads, modules)


def publish(results):
    """Hand the chapter's results to the build; the last line of a cell."""
    from livingreview.presentation.kit.display import Published

    return Published(results)


def commentary(cohort, chapter: str):
    """What the cohort's own authors say of a chapter; nothing where they say nothing."""
    from livingreview.presentation.kit.myst import Block

    return Block(cohort.commentary(chapter))


def timepoint_labels(cohort) -> dict[str, str]:
    """Names and labels of the response timepoints, in order."""
    return {timepoint.name: timepoint.label for timepoint in cohort.study.vocabulary.timepoints}


def inclusion_words(cohort, summary):
    """What the inclusion rule of study.yml hides."""
    from livingreview.presentation import sentences

    rule = cohort.study.inclusion
    return sentences.inclusion_words(rule and rule.minimum_maintenance_months, rule and rule.words, summary)


def patient_lanes(cohort):
    """Single patients as lanes, where they may be shown."""
    from livingreview.disclosure.gate import releasable_lanes

    def lanes():
        from livingreview.analyses.lanes import lanes as drawn

        return drawn(cohort)

    study = cohort.study
    kind, disclosure = study.edition.kind, study.disclosure
    return releasable_lanes(lanes, kind=kind, disclosure=disclosure, smallest=cohort.smallest_shown)


def lower_limits(cohort, *, level: float) -> list[dict]:
    """The exact lower limit of a survival of 100 % for every number of patients behind it."""
    from livingreview.analyses.minimal_residual_disease import lower_limits_of_all

    return lower_limits_of_all(len(cohort.table("patients")), level)


def reproduction(cohort, pages):
    """The ledger of the cohort's publication against the results of the other chapters."""
    from livingreview.audit.reproduction import reproduction as compared
    from livingreview.published.printed import read_published
    from livingreview.results.exchange import all_estimates

    cohort.note("published.csv")
    return compared(read_published(cohort.folder), all_estimates(pages), cohort.study.edition.kind)


def audit(cohort):
    """What the cohort's publication pins down: a verdict about every printed number that can be checked."""
    from livingreview.audit.summary import audit as audited
    from livingreview.published.printed import read_published

    cohort.note("published.csv")
    return audited(read_published(cohort.folder))


def load_results(folder: str):
    """The results of the chapters computed before, by chapter."""
    from livingreview.results.exchange import read_results, result_files

    _note("results", result_files(folder))
    return read_results(folder)


def _note(kind: str, paths: Iterable[Path]) -> None:
    from livingreview.cohort.files import sha256

    _reads.update({f"{kind}/{path.name}": sha256(path) for path in paths})


def evidence(folder: str, cohort):
    """Results of the other studies that study.yml names, as printed there."""
    from livingreview.evidence.others import FILE
    from livingreview.evidence.others import evidence as read_evidence

    if cohort.study.evidence:
        _note("evidence", [Path(folder) / FILE])
    return read_evidence(Path(folder), cohort.study.evidence)


def whats_new(cohort):
    """What changed in the data of this cohort last; nothing where its folder does not say."""
    from livingreview.presentation.news import whats_new as newest

    return newest(cohort.changes())


def edition_facts(cohort) -> dict[str, str]:
    """What this edition is and the hash of everything it was computed from."""
    from livingreview.presentation.edition_words import edition_facts as facts

    return facts(cohort.study, cohort.fingerprint(), cohort.files())


def versions() -> dict[str, str]:
    """The software that computed the numbers."""
    from importlib.metadata import version
    from platform import python_version

    names = ("livingreview", "lifelines", "scipy", "pandas", "numpy", "altair", "papermill", "jupyter-book")
    return {"Python": python_version(), **{name: version(name) for name in names}}


def parameter_values(pages) -> dict[str, str]:
    """Every parameter of the edition with the value its chapters used."""
    found: dict[str, str] = {}
    for results in pages.values():
        found |= {name: str(value) for name, value in results.parameters.items()}
    return dict(sorted(found.items()))


def lead(cohort):
    """What this edition is and which paper it reviews."""
    from livingreview.presentation.edition_words import lead as said

    return said(cohort.study)


def headline_cards(cohort, pages):
    """The results a reader looks for first."""
    from livingreview.endpoints.registry import endpoints_of
    from livingreview.presentation.sentences import headline_cards as cards

    return cards(pages, {key: endpoint.page for key, endpoint in endpoints_of(cohort.study).items()})


def endpoint_survival(cohort, *, endpoint: str, **parameters):
    """Survival by the endpoint of this key."""
    from livingreview.analyses.endpoint_survival import endpoint_survival as analysis

    return _released(partial(analysis, endpoint=endpoint))(cohort, **parameters)


def contact(cohort):
    """Where to send a correction."""
    from livingreview.presentation.edition_words import contact_words

    return contact_words(cohort.study.contact)


def reproduction_answer(compared, cohort):
    """How many printed numbers are reproduced."""
    from livingreview.presentation import sentences

    return sentences.reproduction_answer(compared, cohort.study.edition.kind)


def provenance_table(cohort, *, caption: str, name: str):
    """What the publication fixes of every column; one sentence where patients were observed."""
    from livingreview.presentation import ledger_table
    from livingreview.presentation.coverage_table import coverage_table
    from livingreview.presentation.kit.myst import Block

    if cohort.provenance is None:
        return ledger_table.recorded()
    columns = ledger_table.provenance_table(cohort.provenance.columns, caption=caption, name=name)
    if (fixed := cohort.identified) is None:
        return columns
    reached = coverage_table(fixed.ensemble.about, name="tbl-ensemble")
    return Block(f"{columns.markdown}\n\n{reached.markdown}")
