"""What is wrong with an entry of a file people write by hand, from the error that its pydantic model raised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from livingreview.cohort.problems import Problem

CODES = {
    "missing": "entry-missing",
    "string_type": "text-expected",
    "string_too_short": "word-expected",
    "bool_type": "truth-expected",
    "bool_parsing": "truth-expected",
    "float_type": "number-expected",
    "float_parsing": "number-expected",
    "finite_number": "number-expected",
    "int_type": "whole-number-expected",
    "int_parsing": "whole-number-expected",
    "int_from_float": "whole-number-expected",
    "list_type": "list-expected",
    "too_short": "list-expected",
    "dict_type": "entries-expected",
    "model_type": "entries-expected",
}
LIMITS = {"greater_than_equal": ("at-least", "ge", "minimum"), "less_than_equal": ("at-most", "le", "maximum")}


def refusal(code: str, **facts: Any) -> PydanticCustomError:
    """What a validator raises: a problem's code and facts, which `entry_problem` hands on."""
    return PydanticCustomError(code, code, facts)


def matching(pattern: re.Pattern[str], code: str) -> AfterValidator:
    """A text of this pattern throughout; otherwise the problem of this code."""

    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise refusal(code)
        return text

    return AfterValidator(check)


def entry_problem(error: Mapping[str, Any], model: type[BaseModel], file: str) -> Problem:
    """One error of `ValidationError.errors()` about `model`; one of ours (`PydanticCustomError`) brings its own code."""
    loc, given = error["loc"], error["input"]
    place = ".".join(str(part) for part in loc)
    value = "" if isinstance(given, dict | list) or error["type"] == "missing" else str(given)
    if given is None and (meaning := _meaning(model, loc)):
        return Problem(file, "entry-empty", {"meaning": meaning}, column=place)
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(loc[-1]), _names(model, loc[:-1]), 1)
        return (
            Problem(file, "entry-misspelt", {"near": near[0]}, column=place)
            if near
            else Problem(file, "entry-unknown", column=place)
        )
    code, facts = _code(error)
    return Problem(file, code, facts, column=place, value=value)


def _code(error: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "literal_error":
        return "one-of", {"allowed": re.findall(r"'([^']*)'", context["expected"])}
    if kind in LIMITS:
        code, name, fact = LIMITS[kind]
        return code, {fact: context[name]}
    if kind.startswith("date_"):
        return "day-expected", {}
    if kind in CODES:
        return CODES[kind], {}
    if "-" in kind:
        return kind, context
    detail = error["msg"].removeprefix("Value error, ")
    return "entry-wrong", {"detail": detail[:1].lower() + detail[1:]}


def _meaning(model: type[BaseModel], loc: tuple) -> str:
    """What an entry is for; empty where the model does not say."""
    section = _section(model, loc[:-1])
    field = section.model_fields.get(loc[-1]) if section else None
    return (field.description or "") if field else ""


def _names(model: type[BaseModel], loc: tuple) -> list[str]:
    section = _section(model, loc)
    return [field.alias or name for name, field in section.model_fields.items()] if section else []


def _section(model: type[BaseModel], loc: tuple) -> type[BaseModel] | None:
    """The section that a place belongs to."""
    section: type[BaseModel] | None = model
    for part in loc:
        if section and part in section.model_fields:
            section = _model_in(section.model_fields[part].annotation)
        # the number of an entry of a list, or a name of the user's own, leads to no other section
    return section


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for kind in get_args(annotation) if (found := _model_in(kind))), None)


def different(entries: list, name: str = "") -> list:
    """The entries, each once; otherwise the problem that names what is there twice. `name`: the entry that tells apart."""
    seen = set()
    for entry in entries:
        if (named := getattr(entry, name) if name else entry) in seen:
            raise refusal("entry-twice", name=named)
        seen.add(named)
    return entries
