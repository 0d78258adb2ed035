"""What is said of a problem: what is wrong and what to do, by its code, in the language in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from livingreview.cohort.problems import SAID, Problem
from livingreview.words.folder_problems import FOLDER_PROBLEMS, IDENTIFIES, IRREGULAR, MARKUP
from livingreview.words.plural import Plural
from livingreview.words.translate import gettext, ngettext

MESSAGES: dict[str, str | Plural] = FOLDER_PROBLEMS
KB, MB = 2**10, 2**20


def messages() -> Iterator[str | Plural]:
    """Every message of the tables, for the catalogues of other languages."""
    for table in (MESSAGES, IDENTIFIES, IRREGULAR, MARKUP):
        yield from table.values()


def rule_and_fix(problem: Problem) -> tuple[str, str]:
    """What is wrong, without a full stop, and what to do, as a sentence. KeyError for an unknown code."""
    if problem.code == SAID:
        return problem.facts["rule"], problem.facts["fix"]
    message = MESSAGES[problem.code]
    gaps = {name: _GAPS.get(name, _plain)(value, problem.facts) for name, value in problem.facts.items()}
    if isinstance(message, Plural):
        words = ngettext(message.one, message.many, problem.facts[message.by])
    else:
        words = gettext(message)
    rule, _, fix = words.partition(" → ")
    return rule.format(**gaps), fix.format(**gaps)


def sentence(problem: Problem) -> str:
    """Where, what stands there, the rule, what to do: the line that is printed."""
    rule, fix = rule_and_fix(problem)
    place = problem.file
    if problem.row is not None:
        row = gettext("line %(row)s") if problem.file.endswith(".md") else gettext("row %(row)s")
        place += f", {row % {'row': problem.row}}"
    if problem.column:
        place += f", {problem.column}"
    there = gettext(" found %(value)s;") % {"value": shown(problem.value)} if problem.value else ""
    return f"{place}:{there} {rule}. {fix}"


def remark(problem: Problem) -> str:
    """Where and what, without any row or value: words that may be kept beside a site."""
    rule, _ = rule_and_fix(problem)
    return f"{problem.file}, {problem.column}: {rule}." if problem.column else f"{problem.file}: {rule}."


def as_dict(problem: Problem) -> dict[str, Any]:
    """Plain values, ready for JSON: the code and its facts, and both in words."""
    rule, fix = rule_and_fix(problem)
    place = {"file": problem.file, "row": problem.row, "column": problem.column, "value": problem.value}
    return {**place, "code": problem.code, "facts": dict(problem.facts), "rule": rule, "fix": fix, "note": problem.note}


def shown(value: object, limit: int = 60) -> str:
    """A cell's content in quotes, control characters visible, cut to a readable length."""
    words = repr(str(value))[1:-1]
    return f"“{words[:limit]}…”" if len(words) > limit else f"“{words}”"


def _listed(names: list[str]) -> str:
    """`a, b and c`."""
    if len(names) == 1:
        return names[0]
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def _plain(value: Any, facts: Mapping[str, Any]) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _size(value: int, facts: Mapping[str, Any]) -> str:
    return f"{value // MB:,} MB" if value >= MB else f"{value // KB:,} kB"


def _markup(value: str, facts: Mapping[str, Any]) -> str:
    """What stands in a text; a token of the parser that has no words here keeps its name."""
    words = MARKUP.get(value) or IRREGULAR.get(value)
    return gettext(words).format(**facts) if words else value.removesuffix("_open").replace("_", " ")


# Facts that are codes themselves, or words of the schema: how they are said.
_GAPS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "bytes": _size,
    "dates": lambda value, facts: _listed(value),
    "keys": lambda value, facts: _listed(value),
    "kind": lambda value, facts: gettext(IDENTIFIES[value]),
    "meaning": lambda value, facts: gettext(value),
    "unit": lambda value, facts: gettext(value),
    "what": _markup,
}
