"""Every form of a citation says the same, read by the libraries that reference managers are built with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from warnings import catch_warnings, simplefilter

import pytest
import rispy
import yaml
from pybtex.database import BibliographyData, parse_string

from livingreview.site.citation import (
    STYLE,
    Citation,
    Review,
    bibtex,
    csl_json,
    item,
    of_edition,
    read_review,
    reference,
    ris,
)
from livingreview.site.edition import Edition
from livingreview.site.page_tags import tags
from support import PAGES, ROOT

with catch_warnings():  # it parses its own schema in an old way
    simplefilter("ignore")
    from citeproc import CitationStylesStyle
    from citeproc.source.json import CiteProcJSON

EDITION = Edition(
    "Maintenance & more: 50 % {of} \\LaTeX_users #1",
    "Maintenance",
    "observed",
    "2026-03-04",
    "observed",
    "0123456789abcdef" * 4,
    "0123456789ab",
)
ADDRESS, DOI = "https://reviews.example/ixazomib/", "10.5555/living_review(1)"
PEOPLE = [
    {"family-names": "Beethoven", "name-particle": "van", "given-names": "Ludwig"},
    {"family-names": "Müller-Lüdenscheidt", "given-names": "Jean-François É."},
    {"family-names": "O'Neill & Sons", "given-names": "A. {B}"},
    {"family-names": "Nguyễn", "given-names": "Thị Hồng"},
    {"name": "The R&D Group and Friends"},
]
RECORD = {"cff-version": "1.2.0", "title": "x", "message": "x", "version": "2.1", "license": ["MIT", "CC-BY-4.0"]}


def review(folder: Path, **given) -> Review:
    """What is read from a CITATION.cff with these entries."""
    text = yaml.safe_dump({**RECORD, **given}, allow_unicode=True)
    (folder / "CITATION.cff").write_text(text, encoding="utf-8")
    return read_review(folder)


@pytest.fixture
def people(tmp_path: Path) -> Review:
    """Several persons and a group, an address and a DOI."""
    return review(tmp_path, authors=PEOPLE, url=ADDRESS, doi=DOI)


class Head(HTMLParser):
    """Tags of a page: meta by name or property, linked data, the visible citation."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, list[str]] = {}
        self.linked: dict = {}
        self.citation = ""
        self._in = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "meta" and (name := given.get("name") or given.get("property")):
            self.meta.setdefault(name, []).append(given.get("content") or "")
        self._in = "linked" if given.get("type") == "application/ld+json" else self._in
        self._in = "citation" if given.get("class") == "lr-citation" else self._in

    def handle_endtag(self, tag):
        if tag in ("p", "script"):
            self._in = ""

    def handle_data(self, data):
        if self._in == "linked":
            self.linked = json.loads(data)
        elif self._in == "citation":
            self.citation += data


@dataclass
class Said:
    """What one form of a citation says."""

    authors: list[str]
    title: str
    date: str
    address: str
    doi: str = ""
    book: str = ""
    other: dict = field(default_factory=dict, compare=False)


def inverted(name: dict) -> str:
    return name.get("literal") or f"{name['family']}, {name['given']}"


TEX = {
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textquotedbl": '"',
}


def plain_tex(text: str) -> str:
    """What LaTeX prints: commands of signs, signs behind a backslash, braces that group."""
    named = re.compile(r"\\(text[a-z]+)(?:\{\}| ?)|\\([&%$#_{}])|[{}]")
    return named.sub(lambda found: TEX[found[1]] if found[1] else found[2] or "", text)


def of_bibtex(text: str) -> Said:
    found: BibliographyData = parse_string(text, "bibtex")
    ((key, entry),) = found.entries.items()
    names = []
    for person in entry.persons["author"]:
        family = " ".join([*person.prelast_names, *person.last_names, *person.lineage_names])
        given = " ".join([*person.first_names, *person.middle_names])
        names.append(plain_tex(f"{family}, {given}" if given else family))
    fields = entry.fields
    return Said(
        names,
        plain_tex(fields["title"]),
        fields["date"],
        fields["url"],
        fields.get("doi", ""),
        plain_tex(fields.get("booktitle", "")),
        {"key": key, "year": fields["year"], "month": fields["month"], "type": entry.type},
    )


def of_ris(text: str) -> Said:
    (entry,) = rispy.loads(text)
    return Said(
        entry["authors"],
        entry["title"],
        entry["date"].replace("/", "-"),
        entry["urls"][0],
        entry.get("doi", ""),
        entry.get("secondary_title", ""),
        {"year": entry["year"], "type": entry["type_of_reference"]},
    )


def of_csl(text: str) -> Said:
    (item,) = json.loads(text)
    with catch_warnings():
        simplefilter("error")  # it warns of fields and types it does not know
        (read,) = CiteProcJSON(json.loads(text)).values()
    issued = read["issued"]
    return Said(
        [inverted(name) for name in item["author"]],
        str(read["title"]),
        date(issued.year, issued.month, issued.day).isoformat(),
        item["URL"],
        item.get("DOI", ""),
        str(read.get("container_title", "")),
        {"type": item["type"], "names": len(read["author"])},
    )


def of_head(head: Head) -> Said:
    (title,) = head.meta["citation_title"]
    (day,) = head.meta["citation_publication_date"]
    return Said(
        head.meta["citation_author"],
        title,
        day.replace("/", "-"),
        *(head.meta.get(name, [""])[0] for name in ("citation_public_url", "citation_doi", "citation_inbook_title")),
    )


def test_every_form_says_the_same_whatever_the_names_hold(people):
    for page, title in (
        ("chapters/responses", "Responses & 100 % {remission}_1 ~ ^2 $3 #4 \\5"),
        ("index", "A living review"),
    ):
        cited = Citation(title, people, EDITION, page)
        said = of_ris(ris(cited))
        assert said.authors == [
            "van Beethoven, Ludwig",
            "Müller-Lüdenscheidt, Jean-François É.",
            "O'Neill & Sons, A. {B}",
            "Nguyễn, Thị Hồng",
            "The R&D Group and Friends",
        ]
        assert said.date == "2026-03-04" and said.doi == DOI
        assert said.address == f"{ADDRESS}{page}.html"
        assert said.title == (cited.book if page == "index" else title)
        assert said.book == ("" if page == "index" else cited.book)
        for other in (of_bibtex(bibtex(cited)), of_csl(csl_json(cited)), of_head(Head(tags(cited, "An answer.")))):
            assert other == said
        words = reference(cited)
        for part in (
            "van Beethoven L",
            "Müller-Lüdenscheidt JFÉ",
            "Nguyễn TH",
            "2026 Mar 4",
            f"doi:{DOI}",
            said.address,
            said.title,
        ):
            assert part in words


def test_linked_data_and_the_graph_hold_whole_addresses_and_every_author(people):
    cited = Citation("Responses", people, EDITION, "chapters/responses")
    head = Head(tags(cited, 'An answer: <b>"70.8 %"</b> </script> & more'))
    assert head.linked["@context"] == "https://schema.org" and head.linked["name"] == "Responses"
    assert [author["@type"] for author in head.linked["author"]] == [*["Person"] * 4, "Organization"]
    assert head.linked["author"][0]["familyName"] == "van Beethoven"
    assert head.linked["url"] == head.meta["og:url"][0] == f"{ADDRESS}chapters/responses.html"
    assert head.linked["sameAs"] == f"https://doi.org/{DOI}"
    assert head.linked["datePublished"] == head.meta["article:published_time"][0] == "2026-03-04"
    assert head.linked["description"] == head.meta["og:description"][0] == head.meta["description"][0]
    for name in ("og:type", "og:title", "og:site_name"):
        assert len(head.meta[name]) == 1 and head.meta[name][0]


def test_an_address_or_a_doi_that_is_not_known_is_not_made_up(tmp_path):
    cited = Citation("Responses", review(tmp_path, authors=PEOPLE[:1]), EDITION, "chapters/responses")
    head = Head(tags(cited, "An answer."))
    assert not {"citation_doi", "citation_public_url", "og:url"} & set(head.meta)
    assert "sameAs" not in head.linked and "https" not in head.linked.get("url", "")
    assert "doi" not in reference(cited).lower()
    assert of_ris(ris(cited)).doi == of_bibtex(bibtex(cited)).doi == of_csl(csl_json(cited)).doi == ""


def test_keys_of_all_pages_differ_and_hold_nothing_that_ends_them(people):
    keys = [of_bibtex(bibtex(Citation("x", people, EDITION, page))).other["key"] for page in PAGES]
    assert len(set(keys)) == len(keys) and all(key.replace("-", "").isalnum() and key.isascii() for key in keys)


@pytest.mark.parametrize("words", ["more than { one", "} less", "a } and { a", "ends with \\"])
def test_a_brace_without_its_other_half_does_not_break_the_file(people, words):
    """BibTeX counts braces, also those behind a backslash."""
    cited = Citation(words, people, EDITION, "chapters/responses")
    assert of_bibtex(bibtex(cited)).title == words


def test_the_reference_is_that_of_the_icmje(people):
    authors = "van Beethoven L, Müller-Lüdenscheidt JFÉ, O'Neill & Sons A {B}, Nguyễn TH, The R&D Group and Friends"
    end = (
        "Maintenance & more: 50 % {of} \\LaTeX_users #1: a living review [Internet]. 2026 Mar 4. "
        f"Version 2.1, observed edition, data 0123456789ab. doi:{DOI}. Available from: {ADDRESS}"
    )
    chapter = Citation('Who "responds" & why', people, EDITION, "chapters/responses")
    assert reference(chapter) == f'{authors}. Who "responds" & why. In: {end}chapters/responses.html'
    assert reference(Citation("x", people, EDITION, "index")) == f"{authors}. {end}index.html"


def test_the_style_is_one_that_csl_allows():
    with catch_warnings():
        simplefilter("error", UserWarning)  # a style that the schema refuses is a warning
        CitationStylesStyle(str(STYLE), validate=True)


def test_an_address_stands_in_bibtex_as_it_is(tmp_path):
    known = review(tmp_path, authors=PEOPLE[:1], url="https://reviews.example/a_b/100%25/", doi=DOI)
    text = bibtex(Citation('A "title"', known, EDITION, "index"))
    assert 'url = "https://reviews.example/a_b/100%25/index.html"' in text and f'doi = "{DOI}"' in text
    assert of_bibtex(text).other["month"] == "March"


@pytest.mark.parametrize("family", ["Ñ", "李", "O'Brien", "van der Berg-Çelik"])
def test_a_name_in_any_script_gives_a_key(tmp_path, family):
    known = review(tmp_path, authors=[{"family-names": family, "given-names": "X"}])
    found = of_bibtex(bibtex(Citation("x", known, EDITION, "index")))
    assert found.other["key"].isascii() and found.authors == [f"{family}, X"]


@pytest.mark.parametrize("page", PAGES)
def test_files_and_tags_of_a_built_page_agree_with_what_a_reader_sees(built, page):
    html = built / "html"
    head = Head((html / f"{page}.html").read_text(encoding="utf-8"))
    name = page.rpartition("/")[2]
    files = {
        suffix: (html / "cite" / f"{name}.{suffix}").read_bytes().decode("utf-8") for suffix in ("bib", "ris", "json")
    }
    said = of_bibtex(files["bib"])
    assert said == of_ris(files["ris"]) == of_csl(files["json"])
    record = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert len(said.authors) == len(record["authors"]) == len(head.meta["citation_author"])
    shown = of_head(head)
    assert (shown.authors, shown.title, shown.date, shown.book) == (said.authors, said.title, said.date, said.book)
    if record.get("url"):
        assert shown.address == said.address and said.address.startswith("https://")
    assert said.doi == shown.doi == record.get("doi", "")
    for words in (
        said.title,
        said.book,
        said.address,
        f"{date.fromisoformat(said.date):%Y %b} {date.fromisoformat(said.date).day}",
    ):
        assert words in head.citation
    assert head.linked["name"] == said.title and head.linked["datePublished"] == said.date
    assert head.linked["@type"] == ("Book" if page == "index" else "Chapter")
    assert said.other["type"] == ("book" if page == "index" else "incollection")
    for graph in ("og:type", "og:title", "og:site_name", "og:description"):
        assert len(head.meta[graph]) == 1 and head.meta[graph][0] and "<" not in head.meta[graph][0]
    (version,) = head.meta["livingreview-data"]
    assert version in head.citation and all(version in text for text in files.values())
    assert unescape(head.meta["og:title"][0]) == head.meta["og:title"][0]


def test_an_edition_with_authors_of_its_own_is_cited_as_theirs(people):
    assert of_edition(people, EDITION) == people
    theirs = replace(EDITION, authors=("Li Na", "Registry of Lyon"), url="https://lyon.example/", licence="CC0-1.0")
    cited = Citation("Responses", of_edition(people, theirs), theirs, "chapters/responses")
    assert item(cited)["author"] == [{"literal": "Li Na"}, {"literal": "Registry of Lyon"}]
    assert (item(cited)["URL"], cited.review.license) == ("https://lyon.example/chapters/responses.html", "CC0-1.0")
    assert "DOI" not in item(cited) and item(Citation("x", people, EDITION, "index"))["DOI"] == DOI
