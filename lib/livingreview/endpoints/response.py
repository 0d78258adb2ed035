"""Depth of response by the criteria of a review, and how two assessments are compared."""

from __future__ import annotations

from dataclasses import dataclass

from livingreview.words.translate import mark

# The words of the criteria that study.yml can name, for translators: the criteria themselves are data of the cohort.
NAMED = (
    mark("stringent complete response"),
    mark("complete response"),
    mark("very good partial response"),
    mark("partial response"),
    mark("minimal response"),
    mark("stable disease"),
    mark("progressive disease"),
    mark("complete response or better"),
    mark("very good partial response or better"),
    mark("partial response or better"),
)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A threshold of depth: every one of these categories counts."""

    key: str
    words: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Depth:
    """Categories of response, best first; `not_evaluable` is none of them, and in no category.

    `neighbours` are those between which no threshold lies: they may be counted as one, under the last name of each.
    """

    categories: tuple[str, ...]
    not_evaluable: str
    thresholds: tuple[AtLeast, ...]

    @classmethod
    def of(cls, criteria) -> Depth:
        """From the response criteria of study.yml."""
        depth = criteria.depth
        reached = (depth[: depth.index(one.shallowest) + 1] for one in criteria.thresholds)
        thresholds = tuple(
            AtLeast(one.key, one.words, names) for one, names in zip(criteria.thresholds, reached, strict=True)
        )
        return cls(depth, criteria.not_evaluable, thresholds)

    @property
    def neighbours(self) -> tuple[tuple[str, ...], ...]:
        """Runs of two or more categories that every threshold takes, or leaves, together."""
        ends = sorted({0, *(len(one.categories) for one in self.thresholds), len(self.categories)})
        runs = (self.categories[start:end] for start, end in zip(ends, ends[1:], strict=False))
        return tuple(run for run in runs if len(run) > 1)

    @property
    def best(self) -> tuple[str, ...]:
        """The categories of the deepest threshold: never joined with others."""
        return min((one.categories for one in self.thresholds), key=len)

    def deepened(self, before: str, after: str) -> bool:
        """Whether the later response is deeper."""
        return self.categories.index(after) < self.categories.index(before)

    def lost(self, before: str, after: str) -> bool:
        """Whether the later response is shallower."""
        return self.categories.index(after) > self.categories.index(before)
