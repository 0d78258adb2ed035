"""Words that leave a chapter as MyST: escaped data, number roles, one block type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livingreview.words.translate import gettext as _

# The syntax of pages beyond Markdown; commentary is read with the same.
EXTENSIONS = frozenset({"colon_fence", "dollarmath", "attrs_block", "deflist"})
KEY_RESULT = "lr-key-result"  # the class of a chapter's answer
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Control characters, and what hides or turns letters round: the gate refuses them, and whatever comes another way is seen.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    r"\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
    r"|(?<![^\x00-\u024f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f])"
)


def escaped(text: object) -> str:
    """Any text as text: no markup, role, directive, link or line of its own comes out of it."""
    words = _HIDDEN.sub("\ufffd", str(text)).replace("\n", " ")
    return _PUNCTUATION.sub(r"\\\1", words)


def literal(text: object) -> str:
    """Any text as code on one line, whatever backticks it holds; empty text stays empty."""
    words = _HIDDEN.sub("\ufffd", str(text).replace("\n", " "))
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", words)), default=0))
    pad = " " if "`" in words or words != words.strip() else ""
    return f"{fence}{pad}{words}{pad}{fence}" if words.strip() else ""


def num(key: str, part: str = "value") -> str:
    """The role that shows a number of `results.csv`, so that prose cannot drift from the data."""
    return f"{{num}}`{key}`" if part == "value" else f"{{num}}`{key} {part}`"


def ref(target: str, words: str) -> str:
    """A link to a labelled place of the book, under these words."""
    return f"{{ref}}`{words} <{target}>`"


def numref(target: str) -> str:
    """A link to a figure or table by its number."""
    return f"{{numref}}`{target}`"


def directive(name: str, argument: str, body: str, *, depth: int = 4) -> str:
    """A directive of its own lines; one that holds others needs a greater `depth` than they have."""
    fence = ":" * depth
    return f"{fence}{{{name}}} {argument}\n{body}\n{fence}"


def listed_table(rows: Iterable[Sequence[str]], *, caption: str, name: str, look: str) -> str:
    """A table of cells that are MyST; the first row heads the columns, the first column the rows."""
    lines = [f":name: {name}", ":header-rows: 1", ":stub-columns: 1", f":class: {look}", ""]
    for first, *others in rows:
        lines += [f"* - {first}", *(f"  - {cell}" for cell in others)]
    return directive("list-table", caption, "\n".join(lines))


def cited(key: str) -> str:
    """The role that names a reference of the bibliography in a sentence."""
    return f"{{cite:t}}`{key}`"


def headed(label: str, title: str, body: str) -> str:
    """A body under a heading that has an address of its own; where code made it, a page's contents do not list it."""
    return f"({label})=\n## {title}\n\n{body}"


@dataclass(frozen=True, slots=True)
class Block:
    """MyST that a notebook shows as Markdown."""

    markdown: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}


def boxed(words: str, kind: str) -> Block:
    """A block of its own, such as the key result of a chapter."""
    return Block(directive("div", kind, words))


def joined(clauses: Sequence[str]) -> str:
    """Clauses with commas, and “and” before the last."""
    if len(clauses) == 1:
        return clauses[0]
    return _("%(clauses)s and %(last)s", clauses=", ".join(clauses[:-1]), last=clauses[-1])
