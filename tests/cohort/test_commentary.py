"""Commentary: what is on the list passes, everything else is refused with its line."""

from __future__ import annotations

import os

import pytest

from livingreview.cohort.check import check_cohort
from livingreview.cohort.cohort import Cohort
from livingreview.cohort.commentary import BOX, commentary_problems, outside_problems, refused
from livingreview.cohort.files import MAX_TEXT
from livingreview.cohort.problems import Problem
from livingreview.intake.folder.prepare import prepare
from livingreview.words.problem_words import rule_and_fix, sentence
from support import REFERENCE, refuses

ALLOWED = """\
## What we know

One *em* and **strong** word, 5 < 6 & more, {num}`cohort.n` and {num}`pfs.survival.36 interval`.
See {ref}`the proof <reproduction>`, {numref}`fig-mrd-limit`, {cite:t}`chen2026`, {cite:p}`chen2026`,
[the registry](https://registry.example/a?b=c#d "its title") and <http://registry.example>.

- one
- two
  1. inner

3. third

| a | b |
|:--|--:|
| c | {num}`cohort.n` |

### Smaller

::::{div} lr-contradicts
**A box** with {ref}`reproduction`.
::::

Escaped: \\$5, \\{raw\\}, \\<b\\>, \\`x\\`, &lt;script&gt;.
"""


def test_everything_on_the_list_passes():
    assert refused(ALLOWED) == []


def test_the_commentary_of_the_reference_passes():
    assert commentary_problems(REFERENCE) == []
    assert len(list(REFERENCE.glob("commentary/*.md"))) > 5


REFUSED = [
    ("```{include} ../../demo/patients.csv\n```", 0, "the directive {include}"),
    ("```{literalinclude} ../../demo/patients.csv\n```", 0, "the directive {literalinclude}"),
    (":::{include} ../patients.csv\n:::", 0, "the directive {include}"),
    ("~~~{raw} html\n<b>x</b>\n~~~", 0, "the directive {raw}"),
    ("```{eval-rst}\n.. raw:: html\n```", 0, "the directive {eval-rst}"),
    ("```{figure} x.png\n```", 0, "the directive {figure}"),
    ("```{csv-table}\n:file: ../patients.csv\n```", 0, "the directive {csv-table}"),
    ("```{code-cell} python\nopen('x')\n```", 0, "the directive {code-cell}"),
    ("```python\nx\n```", 0, "code"),
    ("words\n\n    indented", 2, "code (a line that begins with four blanks)"),
    ("words `code`", 0, "code"),
    ("{download}`../../demo/patients.csv`", 0, "the role {download}"),
    ("{raw}`x`", 0, "the role {raw}"),
    ("{doc}`x`", 0, "the role {doc}"),
    ("{eval}`x`", 0, "the role {eval}"),
    ("- a\n- {math}`x`", 1, "the role {math}"),
    ("| a |\n|---|\n| {raw}`x` |", 2, "the role {raw}"),
    ("<b onclick=alert(1)>x</b>", 0, "HTML"),
    ("<script>alert(1)</script>", 0, "HTML"),
    ("words <img src=x onerror=alert(1)> words", 0, "HTML"),
    ("one\ntwo <br> three", 1, "HTML"),
    ("<!-- hidden -->", 0, "HTML"),
    ("% hidden", 0, "a comment, which would be published,"),
    ("![x](https://x.example/x.png)", 0, "an image"),
    ("![x](../figure.png)", 0, "an image"),
    ("![][r]\n\n[r]: x.png", 0, "an image"),
    ("[x](../patients.csv)", 0, "a link that is not http or https"),
    ("[x](project:index.md)", 0, "a link that is not http or https"),
    ("[x](path:../patients.csv)", 0, "a link that is not http or https"),
    ("[x](inv:#x)", 0, "a link that is not http or https"),
    ("[x](//host.example/x)", 0, "a link that is not http or https"),
    ("[x](#anchor)", 0, "a link that is not http or https"),
    ("<mailto:a@b.example>", 0, "a link that is not http or https"),
    ("<ftp://a.example>", 0, "a link that is not http or https"),
    ("<a@b.example>", 0, "a link that is not http or https"),
    ("[x](http:relative)", 0, "a link that is not http or https"),
    ("[r]: https://x.example", 0, "an address apart from its link"),
    ("word\n\n[r]: project:x\n", 2, "an address apart from its link"),
    ("(target)=\n\nwords", 0, "a target"),
    ("{#id .class}\nwords", 1, "an attribute"),
    ("{onclick=\"alert(1)\"}\nwords", 1, "an attribute"),
    ("a\n\n***", 2, "a rule"),
    ("> quoted", 0, "a quotation"),
    ("term\n: meaning", 0, "a list of definitions"),
    ("+++", 0, "a break of cells"),
    ("costs $5 and $6 then", 0, "a formula (a dollar sign is written \\$)"),
    ("$$x$$", 0, "a formula"),
    ("# A title", 0, "a heading of the first rank (the chapter has one)"),
    ("A title\n===", 0, "a heading of the first rank (the chapter has one)"),
    ("note[^1]\n\n[^1]: below", 0, "a footnote"),
    (":::{div} lr-contradicts\n{raw}`x`\n:::", 1, "the role {raw}"),
    ("::::{div} lr-contradicts\na\n\n:::{include} x\n:::\n::::", 3, "the directive {include}"),
    (":::{div} lr-contradicts\n:style: background:url(//x.example)\n:::", 0, "the directive {div}"),
    (":::{div} lr-contradicts\n---\nname: x\n---\n:::", 0, "the directive {div}"),
    (":::{div} other\na\n:::", 0, "the directive {div}"),
    ("::::{div} lr-contradicts\n:::{div} lr-contradicts\nb\n:::\n::::", 0, "the directive {div}"),
    ("turned \u202eround", 0, "a hidden or control character"),
    ("a\n\nzero\u200bwidth", 2, "a hidden or control character"),
    ("bell \x07", 0, "a hidden or control character"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "what"), REFUSED, ids=[text for text, _, _ in REFUSED])
@pytest.mark.parametrize(
    "before", ["", "\n\n", "Words.\n\n- a list\n\nWords.\n\n"], ids=["alone", "blank", "after words"]
)
def test_everything_else_is_refused_with_its_line(text, line, what, before):
    found = [(number, named(kind, name)) for number, kind, name, _ in refused(before + text)]
    assert (before.count("\n") + line + 1, what) in found


def named(kind, name):
    """What people read of something that is refused."""
    problem = Problem("safety.md", "commentary", {"what": kind, "name": name, "box": BOX})
    return rule_and_fix(problem)[0].removesuffix(" cannot be used in commentary")


def test_a_header_is_refused():
    assert refused("---\nmyst: {}\n---\n\nwords")[0][:2] == (1, "front_matter")


def problems(folder, text):
    (folder / "commentary").mkdir(exist_ok=True)
    (folder / "commentary" / "safety.md").write_text(text, encoding="utf-8")
    return [sentence(problem) for problem in check_cohort(folder) if not problem.note]


def test_a_refusal_says_where_what_and_what_is_allowed(folder):
    (said,) = problems(folder, "Words.\n\n```{include} ../../demo/patients.csv\n```\n")
    assert said.startswith(
        "commentary/safety.md, line 3: found “{include} ../../demo/patients.csv”; the directive {include} cannot be used in commentary. "
        "Commentary may hold paragraphs, headings from ## on, lists, emphasis, tables, links such as [words](https://…)"
    )


def test_a_chapter_that_is_opened_by_itself_refuses_too(folder):
    problems(folder, "{download}`study.yml`")
    with refuses(r"commentary/safety.md, line 1: .*the role \{download\}"):
        Cohort(folder).commentary("safety")


@pytest.mark.parametrize("size", [MAX_TEXT, MAX_TEXT + 1])
def test_a_text_has_a_largest_size(folder, size):
    assert problems(folder, "w" * size) == (
        []
        if size <= MAX_TEXT
        else ["commentary/safety.md: the file is larger than 256 kB. Leave out what is not needed."]
    )


@pytest.fixture
def secret(tmp_path):
    """A text beside the cohort folder."""
    path = tmp_path / "secret.md"
    path.write_text("A secret of another cohort.\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("place", ["file", "folder", "nothing", "loop", "pipe"])
def test_only_regular_files_inside_the_folder_are_read(folder, secret, place):
    text = folder / "commentary" / "safety.md"
    text.unlink()
    if place == "file":
        text.symlink_to(secret)
    elif place == "folder":
        (folder / "commentary").rename(folder.parent / "moved")
        (folder.parent / "moved" / "safety.md").write_text("A secret.\n")
        (folder / "commentary").symlink_to(folder.parent / "moved")
    elif place == "nothing":
        text.symlink_to(folder / "none.md")
    elif place == "loop":
        text.symlink_to(text)
    else:
        os.mkfifo(text)
    code = {"file": "link-outside", "folder": "link-outside", "pipe": "file-irregular"}
    found = [problem for problem in commentary_problems(folder) if problem.file == "commentary/safety.md"]
    assert [problem.code for problem in found] == [code.get(place, "link-nowhere")]
    assert found[0] in outside_problems(folder)
    with refuses(rule_and_fix(found[0])[0]):
        Cohort(folder).commentary("safety")


def test_a_link_inside_the_folder_is_read(folder):
    text = folder / "commentary" / "safety.md"
    text.unlink()
    text.symlink_to("study.md")
    assert commentary_problems(folder) == []


def test_a_link_is_refused_before_a_conversion_would_copy_what_it_leads_to(folder, secret):
    (folder / "commentary" / "safety.md").unlink()
    (folder / "commentary" / "safety.md").symlink_to(secret)
    table = folder / "patients.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")  # so that it is converted
    with refuses("out of the folder"):
        prepare(folder, folder.parent / "strict" / "cohort")
