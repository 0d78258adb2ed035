"""What every page says of its edition."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from livingreview.presentation.kit.myst import escaped
from livingreview.results.facts import Facts
from livingreview.site.marks import Marks
from livingreview.words.translate import ENGLISH
from livingreview.words.translate import gettext as _

EDITION_FILE = "_edition.json"
RESULTS = "_results"  # folder of the staged results
SHORT = 12


@dataclass(frozen=True, slots=True)
class Edition:
    """Identity of an edition, as the build stages it for the site."""

    title: str
    short_title: str
    kind: str
    date: str
    data: str
    data_hash: str
    short_hash: str
    language: str = ENGLISH
    conditions: tuple[str, ...] = ()
    token: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    licence: str = ""

    @classmethod
    def of(cls, study, facts: Facts, data_hash: str) -> Edition:
        """From study.yml, the facts of the edition and the fingerprint of the folder."""
        edition = study.edition
        names = {"title": study.title, "short_title": study.short_title, "language": study.language}
        about = {"kind": edition.kind, "date": str(edition.date), "data": study.data}
        about |= {"authors": tuple(study.authors), "url": study.url or "", "licence": study.licence or ""}
        return cls(**names, **about, data_hash=data_hash, short_hash=data_hash[:SHORT], conditions=facts.conditions)

    @property
    def heading(self) -> str:
        """Title of the landing page."""
        return _("%(study)s: a living review", study=escaped(self.short_title))

    def marked(self, marks: Marks) -> Edition:
        """The edition as pages are rendered: marks in the place of the data hash."""
        return replace(self, data_hash=marks.whole, short_hash=marks.short, token=marks.token)

    @property
    def marks(self) -> Marks:
        """The marks it was rendered with."""
        return Marks(self.token)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def read_edition(source: Path) -> Edition | None:
    """The staged edition; None in a folder that was not staged by the build."""
    path = source / EDITION_FILE
    return Edition(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
