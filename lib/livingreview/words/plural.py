"""A message in two forms, in a table of words."""

from __future__ import annotations

from typing import NamedTuple


class Plural(NamedTuple):
    """The forms for one and for many, and the fact that decides; extracted like the arguments of `ngettext`."""

    one: str
    many: str
    by: str
