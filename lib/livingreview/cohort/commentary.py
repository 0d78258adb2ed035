"""What a cohort's own authors say of a chapter: words, and nothing that reads a file, runs, or loads from elsewhere.

Allowed is a closed list of Markdown; every token of the text is looked at with the parser that renders it later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from livingreview.cohort.files import read_words
from livingreview.cohort.problems import UNSHOWABLE, CohortError, Problem

FOLDER, CHANGES = "commentary", "CHANGES.md"
# The syntax of the book beyond Markdown; the site is set to the same.
EXTENSIONS = frozenset({"colon_fence", "dollarmath", "attrs_block", "deflist"})
BOX = "{div} lr-contradicts"
ROLES = frozenset({"num", "cite", "cite:t", "cite:p", "ref", "numref"})
PLAIN = frozenset(
    "paragraph_open bullet_list_open ordered_list_open list_item_open heading_open table_open thead_open tbody_open "
    "tr_open th_open td_open inline text text_special softbreak hardbreak strong_open em_open link_open".split()
)
ATTRIBUTES = {
    "link_open": {"href", "title"},
    "ordered_list_open": {"start"},
    "th_open": {"style"},
    "td_open": {"style"},
}
_OPTIONS = re.compile(r"\s*:|---")
_WEB = ("http", "https")


def read_commentary(folder: Path, chapter: str) -> str:
    """The text of commentary/<chapter>.md; empty where there is none. CohortError names everything that is refused."""
    return _read(folder, folder / FOLDER / f"{chapter}.md")


def read_changes(folder: Path) -> str:
    """The text of CHANGES.md, under the same rules."""
    return _read(folder, folder / CHANGES)


def _read(folder: Path, path: Path) -> str:
    if not path.exists() and not path.is_symlink():
        return ""
    if problems := _problems(folder, path):
        raise CohortError(problems)
    return path.read_text(encoding="utf-8-sig").strip()


def commentary_problems(folder: Path) -> list[Problem]:
    """Everything that is refused in the texts of a folder, with file and line."""
    return [problem for path in _texts(folder) for problem in _problems(folder, path)]


def outside_problems(folder: Path) -> list[Problem]:
    """Texts that lie elsewhere: to be asked of the folder itself, because a copy no longer shows it."""
    return [problem for path in _texts(folder) for problem in _outside(folder, path)]


def _texts(folder: Path) -> list[Path]:
    return [*sorted(folder.glob(f"{FOLDER}/*.md")), *folder.glob(CHANGES)]


def _outside(folder: Path, path: Path) -> Iterator[Problem]:
    name = path.relative_to(folder).as_posix()
    try:
        inside = path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link to nothing, or to itself
        yield Problem(name, "link-nowhere")
        return
    if not inside:
        yield Problem(name, "link-outside")
    elif not path.is_file():
        yield Problem(name, "file-irregular", {"what": "folder" if path.is_dir() else "other"})


def _problems(folder: Path, path: Path) -> list[Problem]:
    if elsewhere := list(_outside(folder, path)):
        return elsewhere
    name = path.relative_to(folder).as_posix()
    try:
        text = read_words(path)
    except CohortError as error:
        return [replace(problem, file=name) for problem in error.problems]
    return [
        Problem(name, "commentary", {"what": what, "name": named, "box": BOX}, line, value=value)
        for line, what, named, value in refused(text)
    ]


def refused(text: str) -> list[tuple[int, str, str, str]]:
    """Line, kind, name and source of everything in a text that is not on the list, in the order of the lines.

    The kind is that of Markdown's token where no plainer one is given here; only roles and directives have a name.
    """
    hidden = [(_line(text, match.start()), "hidden", "", match.group()) for match in UNSHOWABLE.finditer(text)]
    body = text.strip()
    first = _line(text, text.find(body[:1])) if body else 1
    return sorted({*hidden, *_walk(body, first)})


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _walk(text: str, first: int, *, boxed: bool = False) -> Iterator[tuple[int, str, str, str]]:
    """What is refused in a text whose first line has this number."""
    environment: dict = {}
    for token in _parser().parse(f"{text}\n", environment):
        line = first + (token.map[0] if token.map else 0)
        if token.type == "colon_fence" and not boxed and _is_box(token):
            yield from _walk(token.content, line + 1, boxed=True)
        elif token.nesting >= 0 and (what := _refusal(token)):
            yield line, *what, _source(token)
        for child in token.children or []:
            if child.nesting >= 0 and (what := _refusal(child)):
                yield line, *what, _source(child)
            line += child.type in ("softbreak", "hardbreak")
    links = [*environment.get("references", {}).items(), *((one["label"], one) for one in environment.get("duplicate_refs", []))]  # fmt: skip
    for label, link in links:
        yield first + link["map"][0], "address", "", f"[{label}]: {link['href']}"


def _parser():
    """The parser of the book, without what it makes of the tokens; imported only where there is commentary."""
    from markdown_it.renderer import RendererHTML
    from myst_parser.config.main import MdParserConfig
    from myst_parser.parsers.mdit import create_md_parser

    return create_md_parser(MdParserConfig(enable_extensions=set(EXTENSIONS)), RendererHTML)


def _is_box(token) -> bool:
    """The one box, without options of its own."""
    return token.info.strip() == BOX and not token.attrs and not token.meta and not _OPTIONS.match(token.content)


def _refusal(token) -> tuple[str, str] | None:
    """The kind and the name of what is not on the list; None where it is."""
    if token.type == "myst_role":
        return None if token.meta["name"] in ROLES else ("role", token.meta["name"])
    if token.type in ("fence", "colon_fence"):
        directive = token.info.strip().partition("}")[0]
        return ("directive", directive[1:]) if directive.startswith("{") else ("code", "")
    if token.type not in PLAIN:
        return token.type, ""
    if token.type == "heading_open" and token.tag == "h1":
        return "first-heading", ""
    if set(token.attrs) - ATTRIBUTES.get(token.type, set()) or token.meta:
        return "attribute", ""
    return ("link", "") if token.type == "link_open" and not _is_web(str(token.attrs["href"])) else None


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in _WEB and bool(parts.netloc)


def _source(token) -> str:
    """What people will look for in their file."""
    if token.type == "myst_role":
        return f"{{{token.meta['name']}}}`{token.content}`"
    if token.type == "link_open":
        return str(token.attrs["href"])
    words = token.content or token.info or " ".join(f"{name}={value}" for name, value in token.attrs.items())
    return words.strip().partition("\n")[0] if token.type not in ("fence", "colon_fence") else token.info.strip()
