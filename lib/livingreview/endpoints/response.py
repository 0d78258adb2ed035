"""Depth of response by the IMWG criteria, and how two assessments are compared."""

from __future__ import annotations

from dataclasses import dataclass

from livingreview.words.translate import mark

# Best first. NE is not a depth: such a patient stays in the denominator and in no category.
DEPTH = ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD")
NOT_EVALUABLE = "NE"
# Neighbours that may be counted as one, under the last name of each: every threshold below stays what it is.
NEIGHBOURS = (("sCR", "CR"), ("MR", "SD", "PD"))


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A threshold of depth: every category at least as deep counts."""

    key: str
    words: str
    shallowest: str

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that reach the threshold."""
        return DEPTH[: DEPTH.index(self.shallowest) + 1]


THRESHOLDS = (
    AtLeast("cr_or_better", mark("complete response or better"), "CR"),
    AtLeast("vgpr_or_better", mark("very good partial response or better"), "VGPR"),
    AtLeast("pr_or_better", mark("partial response or better"), "PR"),
)


def deepened(before: str, after: str) -> bool:
    """Whether the later response is deeper."""
    return DEPTH.index(after) < DEPTH.index(before)


def lost(before: str, after: str) -> bool:
    """Whether the later response is shallower."""
    return DEPTH.index(after) > DEPTH.index(before)
