"""Each rule of a chapter, broken on purpose; the chapters of the book break none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from livingreview.book.chapter_rules import refuse_unruly, violations
from livingreview.book.chapters import checked_values, pages_of_endpoints, read_chapters
from livingreview.book.failures import BuildError, Message
from livingreview.endpoints.registry import PFS
from support import PAGES, ROOT, run

SAFETY = "chapters/safety.md"
PARAMETERS = ":tags: [parameters]\n"


def broken(book: Path, old: str, new: str) -> list[Message]:
    """Violations of the safety chapter after one change."""
    path = book / SAFETY
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    chapter = next(found for found in read_chapters(book) if found.name == "safety")
    return violations(chapter)


def test_the_chapters_of_the_book_break_no_rule():
    chapters = read_chapters(ROOT)
    assert len(chapters) == len(PAGES) + 1  # the template of further endpoints
    assert [rule for chapter in chapters for rule in violations(chapter)] == []


CELL = "```{code-cell} python\nsafety_answer(harms)\n```"


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("```{code-cell} python\ndef f():\n    return 1\n```", "FunctionDef belongs in the library"),
        ("```{code-cell} python\nfor x in []:\n    x\n```", "For belongs in the library"),
        ("```{code-cell} python\n[x for x in []]\n```", "ListComp belongs in the library"),
        ("```{code-cell} python\n(lambda: 1)()\n```", "Lambda belongs in the library"),
        ("```{code-cell} python\nimport pandas\n```", "a chapter imports from livingreview.chapter only"),
        ("```{code-cell} python\nfrom livingreview.chapter import publish\n```", "2 imports, one is allowed"),
        ("```{code-cell} python\na = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\n```", "6 lines, at most 5"),
        ("```{code-cell} python\nsafety_answer(harms\n```", "no valid Python"),
        ("One of 28 patients was ill.", "digits are typed (One of 28 patients was ill.)"),
        ("Grade 3 in 3.6 % of patients.", "digits are typed"),
        ("|a|\n|---|\n|12|", "digits are typed"),
    ],
)
def test_a_broken_rule_is_named(book, new, said):
    found = broken(book, CELL, new)
    assert any(said in str(rule) for rule in found), found
    assert all(str(rule).startswith("chapters/safety") for rule in found)


@pytest.mark.parametrize(
    "new",
    [
        "{num}`safety.grade3plus interval` of grade 3 or more, {cite:p}`kumar2016`",
        "With $r_1 = 3$ a 95 % interval.",
        "[link](methods.md#method-2)",
        "(anchor-2)=",
        "the name `fig-2`",
    ],
)
def test_roles_formulas_links_and_fixed_terms_may_hold_digits(book, new):
    assert broken(book, CELL, CELL + "\n\n" + new) == []


def test_two_parameter_cells_are_one_too_many(book):
    found = broken(book, CELL, "```{code-cell} python\n:tags: [parameters]\n\nx = 1\n```")
    assert found == [Message("one-parameters-cell", page="chapters/safety", n=2)]


def test_a_parameter_that_is_computed_is_refused(book):
    with pytest.raises(BuildError, match="only NAME = VALUE lines"):
        broken(book, PARAMETERS, PARAMETERS + "\nx = 1 + y\n")


def test_the_build_refuses_an_unruly_chapter(book, tmp_path):
    broken(book, CELL, "One of 28.")
    with pytest.raises(BuildError, match="digits are typed"):
        refuse_unruly(read_chapters(book))
    done = run("build", "--out", tmp_path / "out", cwd=book)
    assert done.returncode == 1 and "digits are typed" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_page_of_the_toc_needs_a_file(book):
    (book / "chapters" / "safety.md").unlink()
    with pytest.raises(BuildError, match="names pages without a file: chapters/safety"):
        read_chapters(book)


def test_a_chapter_needs_its_line_in_the_toc(book):
    (book / "chapters" / "extra.md").write_text("# Extra\n", encoding="utf-8")
    with pytest.raises(BuildError, match="does not name chapters/extra"):
        read_chapters(book)


def test_an_endpoint_without_a_chapter_of_its_own_has_a_page_made_from_the_template():
    further = replace(PFS, key="efs_24", page="event-free", names=replace(PFS.names, name="event-free *survival*"))
    chapters = pages_of_endpoints(ROOT, read_chapters(ROOT), [PFS, further])
    assert [one.page for one in chapters if one.fixed] == ["chapters/event-free"]
    made = next(one for one in chapters if one.fixed)
    assert made.given({"interval": "log", "endpoint": "pfs"}) == {"interval": "log", "endpoint": "efs_24"}
    text = "\n".join(cell.source for cell in made.notebook.cells)
    assert text.startswith("(event-free)=\n# Event\\-free \\*survival\\*")
    figures = [cell.metadata["mystnb"]["figure"]["name"] for cell in made.notebook.cells if "mystnb" in cell.metadata]
    assert figures == ["fig-efs-24"] and 'name="tbl-efs-24"' in text and "-endpoint" not in text
    pages = [one.page for one in chapters]
    assert pages[pages.index("chapters/event-free") - 1] == "chapters/overall-survival"
    assert "chapters/endpoint" not in pages


def test_what_makes_a_page_is_no_parameter_that_anybody_sets():
    with pytest.raises(BuildError, match="no chapter has a parameter named endpoint"):
        checked_values(read_chapters(ROOT), {"endpoint": "os"}, "--set", usage=True)
