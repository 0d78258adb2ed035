"""What the publication fixes of the reconstructed cohort, as written to PROVENANCE.yml."""

from __future__ import annotations

from typing import Any

from livingreview.cohort.columns import TABLES
from livingreview.reconstruction.joint import Joint

ABSENT = "the abstract does not say; left empty"

COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "patients": {
        "patient_id": ("free", "invented labels; the order of rows means nothing"),
        "pfs_months": (
            "bounded",
            "the order of events and censorings, given the numbers at risk, is one of those that print {pfs} % with its limits; the months themselves are illustrative",
        ),
        "pfs_event": (
            "bounded",
            "{events} events by month 36, of which {progressions} progressions and {deaths} deaths if both curves share one time origin; who had them, and any death later, is not known",
        ),
        "os_months": ("bounded", "as pfs_months, for {os} %"),
        "os_event": ("bounded", "{deaths} deaths by month 36; later deaths are not known"),
        "age_years": ("bounded", "median and range are printed, the other ages are not"),
    },
    "responses": {
        "patient_id": ("free", "which patient had which response is not printed"),
        "timepoint": ("pinned", "printed"),
        "response": (
            "bounded",
            "the total of every category at every timepoint is printed; the path of a patient between timepoints is not",
        ),
    },
    "mrd": {
        "patient_id": ("free", "which patients were negative is not printed"),
        "months": ("free", "no sampling time is printed; only that negativity lasted more than 12 months"),
        "status": ("bounded", "100 % at 3 years and “significantly higher” bound the size of the group, no more"),
    },
    "adverse_events": {
        "patient_id": ("free", "which patient it was is not printed"),
        "grade": ("bounded", "{severe_percent} % of {n} is {severe}; grade 3, 4 or 5"),
    },
    "flow": {
        "step": ("pinned", "printed"),
        "n": ("pinned", "{transplanted} and {n} are printed"),
        "reason": ("free", "our words; reasons for the other {others} are not printed"),
    },
}

# First match holds: (keys, why, how). WITHHELD: whatever the ensemble says; EXACT: theory gives the ends of the range.
WITHHELD: dict[str, Any] = {"status": "free"}
EXACT: dict[str, Any] = {"exact": True}
UNFIXED = "no interval is given where the estimate itself is not fixed"
FEW = "its lower limit depends on how many were still followed then, which is not printed: the table by that number says how"
CURVE = (
    "Illustrative: one of many histories that agree with the printed numbers. "
    "Only the estimate at 36 months is printed; steps and counts before it are not known."
)
ESTIMATES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("cohort.*", "printed, or a sum of printed counts", {}),
    ("response.path.*", "who changed between two timepoints is not printed", WITHHELD),
    ("response.symmetry.*", "who changed between two timepoints is not printed", WITHHELD),
    ("response.deepened.*", "only the totals of each timepoint are printed", EXACT),
    ("response.lost.*", "only the totals of each timepoint are printed", EXACT),
    ("response.*", "counts are printed; an exact interval depends on nothing else", {}),
    ("progression.patients", "printed", {}),
    ("pfs", CURVE, {"until_months": 36.0}),
    ("pfs.events.36", "the only count that gives the printed S and limits", {}),
    ("pfs.events.death", "{deaths} by month 36; later deaths are not printed", EXACT),
    ("pfs.events", "{events} by month 36; deaths after that are not printed", EXACT),
    ("pfs.events.*", "only month 36 is printed", EXACT),
    ("pfs.survival.36", "printed", {}),
    ("pfs.survival.36.loglog*", "follows from S and its standard error but for rounding", EXACT),
    ("pfs.survival.36.bpcp_low.*", "differs between the histories that fit", EXACT),
    ("pfs.survival.36.bpcp*", FEW, WITHHELD),
    ("pfs.survival.*.loglog", UNFIXED, WITHHELD),
    ("pfs.survival.*.bpcp*", UNFIXED, WITHHELD),
    ("pfs.followed.36", "how many were still followed is not printed", EXACT),
    ("pfs.followed.*", "how many were still followed is not printed", {}),
    ("pfs.survival.*", "only month 36 is printed", EXACT),
    ("pfs.with_early_failures.36.*", "arithmetic on the estimate, which is printed to one decimal", EXACT),
    ("pfs.median", "later than month 36, because {pfs} % is above one half; otherwise not printed", {}),
    ("os", CURVE, {"until_months": 36.0}),
    ("os.deaths.36", "the only count that gives the printed S and limits", {}),
    ("os.deaths", "{deaths} by month 36; later deaths are not printed", EXACT),
    ("os.deaths.*", "only month 36 is printed", EXACT),
    ("os.survival.36", "S is printed; its limits are computed without the rounding of the printed ones", {}),
    ("os.survival.36.loglog*", "follows from S and its standard error but for rounding", EXACT),
    ("os.survival.36.bpcp_low.*", "differs between the histories that fit", EXACT),
    ("os.survival.36.bpcp*", FEW, WITHHELD),
    ("os.survival.*.loglog", UNFIXED, WITHHELD),
    ("os.survival.*.bpcp*", UNFIXED, WITHHELD),
    ("os.followed.36", "how many were still followed is not printed", EXACT),
    ("os.followed.*", "how many were still followed is not printed", {}),
    ("os.survival.*", "only month 36 is printed", EXACT),
    ("os.median", "later than month 36, because {os} % is above one half; otherwise not printed", {}),
    ("mrd.sustained.pfs.survival.36", "the size of the group is not printed, nor how many of it were followed", EXACT),
    ("mrd.sustained", "100 % and “significantly higher” bound the size of the group, no more", EXACT),
    ("mrd.landmark.*", "group sizes, sampling times and tests are not printed", WITHHELD),
    ("mrd.mantel_byar*", "group sizes, sampling times and tests are not printed", WITHHELD),
    ("mrd.*", "group sizes, sampling times and tests are not printed", {}),
    ("safety.grade3plus", "printed; an exact interval depends on the count alone", {}),
    ("safety.grade3plus.count", "{severe_percent} % of {n} is {severe}", {}),
    ("safety.*", "the abstract prints one incidence, neither grades nor terms", EXACT),
    ("followup.median", "follow-up is named nowhere in the abstract", {}),
    ("subgroup.*", "no result of a subgroup is printed, nor who was in one", WITHHELD),
    ("*", "the abstract prints only month 36", {}),
)


def provenance_record(joint: Joint, sizes: list[int], size: int, printed: dict[str, object]) -> dict[str, Any]:
    """The content of PROVENANCE.yml for one member but for the ensemble: the member, its columns, its estimates.

    `printed` fills the numbers into the reasons.
    """
    values = {**printed, "events": len(joint.pfs.at_risk), "deaths": len(joint.os.at_risk)}
    return {
        "statement": "Reconstructed from published numbers, not patient records. One of many cohorts that agree with every printed number.",
        "member": {
            "pfs_at_risk": " ".join(map(str, joint.pfs.at_risk)),
            "os_at_risk": " ".join(map(str, joint.os.at_risk)),
            "pfs_events_that_are_deaths": " ".join(str(position + 1) for position in joint.deaths),
            "sustained_mrd_sizes_possible": f"{sizes[0]} to {sizes[-1]}",
            "sustained_mrd_size": size,
            "time_origin": "one origin for both curves; the abstract does not say which",
        },
        "columns": {
            table.name: {column.name: _column(table.name, column.name, values) for column in table.columns}
            for table in TABLES.values()
        },
        "estimates": [{"keys": keys, "because": because.format(**values), **more} for keys, because, more in ESTIMATES],
    }


def _column(table: str, column: str, values: dict[str, object]) -> dict[str, str]:
    status, because = COLUMNS[table].get(column, ("absent", ABSENT))
    return {"status": status, "because": because.format(**values)}
