"""What is true of an edition, so that a sentence is said only where it is: kind, design, and what the folder holds."""

from __future__ import annotations

from dataclasses import dataclass

UNCOMPARED = ("single-arm", "observational", None)  # designs in which nothing was compared by chance
CONDITIONS = frozenset(
    "observed reconstructed simulated randomised uncompared inclusion printed specifications imwg other-criteria "
    "responses mrd adverse-events flow".split()
)


@dataclass(frozen=True, slots=True)
class Facts:
    """An edition as study.yml declares it and its folder shows it.

    `tables` are those with rows; `design` is None where it is not declared. `origin` is what months are counted from,
    `inclusion` the rule that only patients followed for some time can meet, empty where there is none.
    """

    kind: str
    design: str | None
    disease: str
    criteria: str
    origin: str
    inclusion: str
    tables: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions of `CONDITIONS` that hold, in the order of the alphabet; chapters ask for them by name."""
        holds = {
            self.kind: True,
            "randomised": self.design == "randomised",
            "uncompared": self.design in UNCOMPARED,
            "inclusion": bool(self.inclusion),
            "printed": "published.csv" in self.files,
            "specifications": "specifications.csv" in self.files,
            "imwg": self.criteria == "IMWG",
            "other-criteria": self.criteria != "IMWG",
            **{table.replace("_", "-"): True for table in self.tables if table != "patients"},
        }
        return tuple(sorted(name for name, true in holds.items() if true))
