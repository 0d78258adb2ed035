"""How a chapter is cited: one record as CSL has it, written as a reference, BibTeX, RIS and CSL-JSON.

The reference is set by citeproc-py in `living-review.csl`, BibTeX by pybtex; both are imported when a page is written.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import warnings
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from livingreview.presentation.edition_words import edition_name
from livingreview.site.edition import Edition
from livingreview.words.translate import gettext as _

CITATION_FILE = "CITATION.cff"
STYLE = Path(__file__).with_name("living-review.csl")
LANDING = "index"
# Tag of RIS and the field of CSL that it takes; the rest is not a field's own text.
RIS = {"TI": "title", "T2": "container-title", "ET": "version", "N1": "note", "DO": "DOI", "UR": "URL"}
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",  # an escaped brace would still open a group for BibTeX
    "}": r"\textbraceright{}",
    '"': r"\textquotedbl{}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}


@dataclass(frozen=True, slots=True)
class Review:
    """The review itself: its authors, never those of the study.

    An author is a name as CSL has it: `family` and `given` of a person, `literal` of a group.
    """

    authors: tuple[dict[str, str], ...]
    version: str
    base: str = ""
    doi: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """One page of one edition; the landing page stands for the whole."""

    title: str
    review: Review
    edition: Edition
    page: str

    @property
    def is_whole(self) -> bool:
        """Whether the review is cited, not a chapter of it."""
        return self.page == LANDING

    @property
    def name(self) -> str:
        """Stem of the citation files."""
        return self.page.rpartition("/")[2]

    @property
    def book(self) -> str:
        """Title of the whole."""
        return _("%(study)s: a living review", study=self.edition.title)

    @property
    def shown_title(self) -> str:
        """Title of what is cited."""
        return self.book if self.is_whole else self.title

    @property
    def address(self) -> str:
        """The page's address; without a base address in CITATION.cff only its place in the site."""
        path = f"{self.page}.html"
        return f"{self.review.base.rstrip('/')}/{path}" if self.review.base else path

    @property
    def date(self) -> dt.date:
        """The edition's date, from study.yml."""
        return dt.date.fromisoformat(self.edition.date)

    def state(self, data: str) -> str:
        """Version, kind of the data and their hash: what names the exact numbers."""
        edition = edition_name(self.edition.kind)
        return _(
            "Version %(version)s, %(edition)s, data %(data)s", version=self.review.version, edition=edition, data=data
        )


def read_review(source: Path) -> Review:
    """The review named by CITATION.cff of a book."""
    record = yaml.safe_load((source / CITATION_FILE).read_text(encoding="utf-8"))
    licenses = record.get("license", [])
    return Review(
        tuple(map(_author, record["authors"])),
        str(record.get("version", "")),
        record.get("url", ""),
        record.get("doi", ""),
        ", ".join(licenses) if isinstance(licenses, list) else licenses,
    )


def of_edition(review: Review, edition: Edition) -> Review:
    """The review as study.yml names it, where it does; with authors of its own it is not what our DOI stands for."""
    named: dict[str, Any] = {"base": edition.url, "license": edition.licence}
    if edition.authors:
        named |= {"authors": tuple({"literal": name} for name in edition.authors)}
    found = replace(review, **{field: value for field, value in named.items() if value})
    return replace(found, doi="") if edition.authors else found


def _author(entry: dict[str, str]) -> dict[str, str]:
    if "name" in entry:
        return {"literal": entry["name"]}
    family = " ".join(filter(None, (entry.get("name-particle"), entry.get("family-names"))))
    return {"family": family, "given": entry.get("given-names", "")}


def inverted(author: dict[str, str]) -> str:
    """Family name, given names; the name of a group."""
    return author.get("literal") or ", ".join(filter(None, (author["family"], author["given"])))


def item(cited: Citation) -> dict[str, Any]:
    """The record, as CSL-JSON has it; what is not known is not there."""
    first = cited.review.authors[0]
    name = re.sub(r"[^a-z]", "", (first.get("family") or first["literal"].split()[-1]).lower())
    fields = {
        "id": f"{name}{cited.date:%Y}-{cited.name}",
        "type": "book" if cited.is_whole else "chapter",
        "title": cited.shown_title,
        "container-title": "" if cited.is_whole else cited.book,
        "author": list(cited.review.authors),
        "issued": {"date-parts": [[cited.date.year, cited.date.month, cited.date.day]]},
        "version": cited.review.version,
        "note": cited.state(cited.edition.data_hash),
        "DOI": cited.review.doi,
        "URL": cited.address,
    }
    return {field: value for field, value in fields.items() if value}


def csl_json(cited: Citation) -> str:
    """A list of one item, as Zotero and citeproc read it."""
    return json.dumps([item(cited)], indent=1, ensure_ascii=False) + "\n"


def ris(cited: Citation) -> str:
    """One record of RIS, which has an end of its own for every line."""
    fields = item(cited)
    lines = [
        ("TY", "BOOK" if cited.is_whole else "CHAP"),
        *(("AU", inverted(author)) for author in cited.review.authors),
        ("PY", f"{cited.date:%Y}"),
        ("DA", f"{cited.date:%Y/%m/%d}"),
        *((tag, fields[field]) for tag, field in RIS.items() if field in fields),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)


def bibtex(cited: Citation) -> str:
    """One `@incollection` entry, `@book` for the whole; addresses stand in it as they are."""
    from pybtex.database import BibliographyData, Entry, Person
    from pybtex.database.output.bibtex import Writer

    record = item(cited)
    fields = {
        "title": "{" + _tex(record["title"]) + "}",
        "booktitle": "{" + _tex(record["container-title"]) + "}" if "container-title" in record else "",
        "year": f"{cited.date:%Y}",
        "month": f"{cited.date:%B}",
        "date": cited.date.isoformat(),
        "version": _tex(cited.review.version),
        "note": _tex(record["note"]),
        "doi": cited.review.doi,
        "url": cited.address,
    }
    authors = [
        Person(last="{" + _tex(author["literal"]) + "}")
        if "literal" in author
        else Person(last=_tex(author["family"]), first=_tex(author["given"]))
        for author in cited.review.authors
    ]
    known = {name: value for name, value in fields.items() if value}
    entry = Entry("book" if cited.is_whole else "incollection", known, {"author": authors})
    writer, text = Writer(), io.StringIO()
    writer._encode = str  # its own would write an escaped sign and an address once more
    writer.write_stream(BibliographyData({record["id"]: entry}), text)
    return text.getvalue()


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)


def reference(cited: Citation) -> str:
    """The reference in the style of the ICMJE, as text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it parses its schema in an old way
        import citeproc
        from citeproc.source.json import CiteProcJSON
    shown = item(cited) | {"note": cited.state(cited.edition.short_hash)}
    shown.pop("version")  # the note names it
    bibliography = citeproc.CitationStylesBibliography(_style(), CiteProcJSON([shown]), citeproc.formatter.plain)
    bibliography.register(citeproc.Citation([citeproc.CitationItem(shown["id"])]))
    return str(bibliography.bibliography()[0])


@cache
def _style() -> Any:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(str(STYLE), validate=False)  # a test holds it to the schema


FORMATS = {"BibTeX": ("bib", bibtex), "RIS": ("ris", ris), "CSL-JSON": ("json", csl_json)}
