"""One verdict about one printed number, with the reason in words and the proof behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CONSISTENT, IMPOSSIBLE, UNDETERMINED = "consistent", "impossible", "undetermined"
VERDICTS = (CONSISTENT, UNDETERMINED, IMPOSSIBLE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one row; `more` holds `event_counts`, `sequences` and `proof` of a Kaplan-Meier row."""

    id: str
    check: str
    verdict: str
    reason: str
    more: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"id": self.id, "check": self.check, "verdict": self.verdict, "reason": self.reason, **self.more}
