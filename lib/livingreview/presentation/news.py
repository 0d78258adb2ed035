"""What is new: the newest entry of what a cohort's folder says of changes in its data."""

from __future__ import annotations

import re

from livingreview.presentation.kit.myst import Block
from livingreview.words.translate import gettext as _

_ENTRY = re.compile(r"^## (.+)$", re.M)


def whats_new(changes: str) -> Block:
    """The newest entry under a heading of its own; nothing where there is none.

    `changes` is Markdown: a `## date or name` an entry, newest first.
    """
    entries = _ENTRY.split(changes)[1:]
    if not entries:
        return Block("")
    return Block(f"## {_('What is new in the data')}\n\n**{entries[0].strip()}**\n\n{entries[1].strip()}")
