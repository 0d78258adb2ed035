"""How a chapter is cited: one record, written as Vancouver, BibTeX, RIS, CSL-JSON and tags of a page."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml

from livingreview.site.edition import Edition

CITATION_FILE = "CITATION.cff"
LANDING = "index"
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",  # an escaped brace would still open a group for BibTeX
    "}": r"\textbraceright{}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}


@dataclass(frozen=True, slots=True)
class Author:
    """A person with family and given names, or a group with a name of its own."""

    family: str = ""
    given: str = ""
    group: str = ""

    @property
    def vancouver(self) -> str:
        """Family name and initials."""
        initials = "".join(part[0] for part in re.split(r"[\s.-]+", self.given) if part)
        return self.group or f"{self.family} {initials}".strip()

    @property
    def inverted(self) -> str:
        """Family name, given names."""
        return self.group or (f"{self.family}, {self.given}" if self.given else self.family)


@dataclass(frozen=True, slots=True)
class Review:
    """The review itself, as CITATION.cff names it: those are its authors, never those of the study."""

    authors: tuple[Author, ...]
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
        return f"{self.edition.title}: a living review"

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

    @property
    def state(self) -> str:
        """Version, kind of the data and their hash: what names the exact numbers."""
        return f"Version {self.review.version}, {self.edition.kind} edition, data {self.edition.data_hash}"


def read_review(source: Path) -> Review:
    """The review named by CITATION.cff of a book."""
    record = yaml.safe_load((source / CITATION_FILE).read_text(encoding="utf-8"))
    authors = tuple(
        Author(
            " ".join(filter(None, (author.get("name-particle"), author.get("family-names")))),
            author.get("given-names", ""),
            author.get("name", ""),
        )
        for author in record["authors"]
    )
    licenses = record.get("license", [])
    return Review(
        authors,
        str(record.get("version", "")),
        record.get("url", ""),
        record.get("doi", ""),
        ", ".join(licenses) if isinstance(licenses, list) else licenses,
    )


def vancouver(cited: Citation) -> str:
    """The reference in the style of the ICMJE, as text."""
    authors = ", ".join(author.vancouver for author in cited.review.authors)
    date = f"{cited.date:%Y %b} {cited.date.day}"
    found = f"doi:{cited.review.doi}. " if cited.review.doi else ""
    title = cited.book if cited.is_whole else f"{cited.title}. In: {cited.book}"
    return (
        f"{authors}. {title} [Internet]. {date}. "
        f"Version {cited.review.version}, {cited.edition.kind} edition, data {cited.edition.short_hash}. "
        f"{found}Available from: {cited.address}"
    )


def bibtex(cited: Citation) -> str:
    """One `@incollection` entry, `@book` for the whole."""
    fields = {
        "author": " and ".join(_tex_author(author) for author in cited.review.authors),
        "title": "{" + _tex(cited.shown_title) + "}",
        "booktitle": "" if cited.is_whole else "{" + _tex(cited.book) + "}",
        "year": f"{cited.date:%Y}",
        "month": f"{cited.date:%b}".lower(),
        "date": cited.date.isoformat(),
        "version": _tex(cited.review.version),
        "note": _tex(cited.state),
        "doi": cited.review.doi,
        "url": cited.address,
    }
    lines = [
        f"  {name} = {value if name == 'month' else '{' + value + '}'}," for name, value in fields.items() if value
    ]
    kind = "book" if cited.is_whole else "incollection"
    return "\n".join([f"@{kind}{{{_key(cited)},", *lines, "}"]) + "\n"


def _key(cited: Citation) -> str:
    first = cited.review.authors[0]
    stem = re.sub(r"[^a-z]", "", (first.family or first.group.split()[-1]).lower())
    return f"{stem}{cited.date:%Y}-{cited.name}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)


def _tex_author(author: Author) -> str:
    return "{" + _tex(author.group) + "}" if author.group else _tex(author.inverted)


def ris(cited: Citation) -> str:
    """One record of a chapter."""
    lines = [
        ("TY", "BOOK" if cited.is_whole else "CHAP"),
        *(("AU", author.inverted) for author in cited.review.authors),
        ("TI", cited.shown_title),
        *([] if cited.is_whole else [("T2", cited.book)]),
        ("PY", f"{cited.date:%Y}"),
        ("DA", f"{cited.date:%Y/%m/%d}"),
        ("ET", cited.review.version),
        ("N1", cited.state),
        *([("DO", cited.review.doi)] if cited.review.doi else []),
        ("UR", cited.address),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)


def csl_json(cited: Citation) -> str:
    """A list of one item, as Zotero and citeproc read it."""
    authors = [
        {"literal": author.group} if author.group else {"family": author.family, "given": author.given}
        for author in cited.review.authors
    ]
    item = {
        "id": _key(cited),
        "type": "book" if cited.is_whole else "chapter",
        "title": cited.shown_title,
        **({} if cited.is_whole else {"container-title": cited.book}),
        "author": authors,
        "issued": {"date-parts": [[cited.date.year, cited.date.month, cited.date.day]]},
        "version": cited.review.version,
        "note": cited.state,
        **({"DOI": cited.review.doi} if cited.review.doi else {}),
        "URL": cited.address,
    }
    return json.dumps([item], indent=1, ensure_ascii=False) + "\n"


FORMATS = {"BibTeX": ("bib", bibtex), "RIS": ("ris", ris), "CSL-JSON": ("json", csl_json)}


def tags(cited: Citation, description: str) -> str:
    """Highwire, Open Graph and schema.org for the head of a page; one `citation_author` a author.

    An address stands there only if it is a whole one.
    """
    whole = cited.address if cited.review.base else ""
    highwire = [
        ("citation_title", cited.shown_title),
        *(("citation_author", author.inverted) for author in cited.review.authors),
        ("citation_publication_date", f"{cited.date:%Y/%m/%d}"),
        ("citation_inbook_title", "" if cited.is_whole else cited.book),
        ("citation_language", "en"),
        ("citation_doi", cited.review.doi),
        ("citation_public_url", whole),
    ]
    graph = [
        ("og:type", "article"),
        ("og:title", cited.book if cited.is_whole else f"{cited.title} – {cited.book}"),
        ("og:site_name", cited.book),
        ("og:description", description),
        ("og:url", whole),
        ("article:published_time", cited.date.isoformat()),
    ]
    lines = [f'<meta name="{name}" content="{escape(value)}"/>' for name, value in highwire if value]
    lines += [f'<meta property="{name}" content="{escape(value)}"/>' for name, value in graph if value]
    if description:
        lines.append(f'<meta name="description" content="{escape(description)}"/>')
    linked = json.dumps(_linked(cited, description), ensure_ascii=False).replace("<", "\\u003c")
    return "\n".join([*lines, f'<script type="application/ld+json">{linked}</script>'])


def _linked(cited: Citation, description: str) -> dict[str, Any]:
    authors = [
        {"@type": "Organization", "name": author.group}
        if author.group
        else {"@type": "Person", "familyName": author.family, "givenName": author.given}
        for author in cited.review.authors
    ]
    record = {
        "@context": "https://schema.org",
        "@type": "Book" if cited.is_whole else "Chapter",
        "name": cited.shown_title,
        "author": authors,
        "datePublished": cited.date.isoformat(),
        "version": cited.review.version,
        "isPartOf": {} if cited.is_whole else {"@type": "Book", "name": cited.book},
        "inLanguage": "en",
        "url": cited.address,
        "identifier": f"data {cited.edition.data_hash}",
        "description": description,
        "sameAs": f"https://doi.org/{cited.review.doi}" if cited.review.doi else "",
        "license": cited.review.license,
    }
    return {name: value for name, value in record.items() if value}
