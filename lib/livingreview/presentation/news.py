"""What is new: the part of the changelog that is about the data, for those who read numbers."""

from __future__ import annotations

import re

from livingreview.presentation.kit.myst import Block
from livingreview.words.translate import gettext as _

_VERSION = re.compile(r"^## (.+)$", re.M)
_PART = re.compile(r"^### Data\n(.*?)(?=^#|\Z)", re.M | re.S)


def whats_new(changelog: str) -> Block:
    """The data section of the newest version, with version and date; a sentence where it has none.

    `changelog` is Markdown: a `## version (date)` a release, newest first, in it `### Data`.
    """
    versions = _VERSION.split(changelog)[1:]
    if not versions:
        return Block(_("No version has been released yet."))
    name, text = versions[0].strip(), versions[1]
    found = _PART.search(text)
    if found is None:
        return Block(_("Version %(version)s changed no data.", version=name))
    entries = re.sub(r"\n\s*\n", "\n", found.group(1)).strip()
    return Block(f"**{_('Version %(version)s', version=name)}**\n\n{entries}")
