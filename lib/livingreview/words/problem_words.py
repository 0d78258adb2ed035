"""What is said of a problem: what is wrong and what to do, by its code, in the language in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import Problem
from livingreview.words import intake_messages, print_messages
from livingreview.words.folder_problems import FOLDER_PROBLEMS, IDENTIFIES, IRREGULAR, MARKUP
from livingreview.words.intake_messages import fact_words, table
from livingreview.words.plural import Plural
from livingreview.words.translate import gettext, ngettext

MESSAGES: dict[str, str | Plural] = FOLDER_PROBLEMS
KB, MB = 2**10, 2**20


def messages() -> Iterator[str | Plural]:
    """Every message of the tables, for the catalogues of other languages."""
    for known in (MESSAGES, IDENTIFIES, IRREGULAR, MARKUP):
        yield from known.values()
    yield from intake_messages.messages()
    yield from print_messages.messages()
    yield from _schema()


def _schema() -> Iterator[str]:
    """What the columns and entries of a cohort folder are for, and the words of known response criteria."""
    from livingreview.cohort.criteria import CRITERIA
    from livingreview.cohort.sections import Section
    from livingreview.cohort.study import Study

    room = Study.__module__.rpartition(".")[0]
    columns = [column for table in TABLES.values() for column in table.columns]
    ours = [part for part in Section.__subclasses__() if part.__module__.startswith(f"{room}.")]
    yield from filter(None, [words for column in columns for words in (column.meaning, column.unit)])
    yield from filter(None, [field.description for part in ours for field in part.model_fields.values()])
    for criteria in CRITERIA.values():
        yield from (one.words for one in (*criteria.categories, *criteria.thresholds))


def rule_and_fix(problem: Problem) -> tuple[str, str]:
    """What is wrong, without a full stop, and what to do, as a sentence. KeyError for an unknown code."""
    gaps = gaps_of(problem.facts)
    known = MESSAGES | table("problems") | print_messages.table("problems")
    rule, _, fix = message_words(known[problem.code], problem.facts).partition(" → ")
    return rule.format(**gaps), fix.format(**gaps)


def message_words(message: str | Plural, facts: Mapping[str, Any]) -> str:
    """A message in the language in use, its gaps still open."""
    if isinstance(message, Plural):
        return ngettext(message.one, message.many, facts[message.by])
    return gettext(message)


def gaps_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the gaps of a message: codes in words, lists as lists."""
    return {name: _GAPS.get(name, _plain)(value, facts) for name, value in facts.items()}


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
    "both": lambda value, facts: f" {gettext('and')} ".join(value),
    "bytes": _size,
    "dates": lambda value, facts: _listed(value),
    "event": lambda value, facts: value or gettext("the time origin"),
    "looks": lambda value, facts: f" {gettext('or')} ".join(map(fact_words, value)),
    "month": lambda value, facts: fact_words(f"month-{value}") if isinstance(value, int) else value,
    "other_month": lambda value, facts: fact_words(f"month-{value}"),
    "problem": lambda value, facts: sentence(Problem(**value)),
    "signs": lambda value, facts: f" {gettext('and')} ".join(map(fact_words, value)),
    "keys": lambda value, facts: _listed(value),
    "kind": lambda value, facts: gettext(IDENTIFIES[value]),
    "meaning": lambda value, facts: gettext(value),
    "unit": lambda value, facts: gettext(value),
    "units": lambda value, facts: ", ".join(f"{source}: {unit}" for source, unit in value.items()),
    "what": _markup,
}
