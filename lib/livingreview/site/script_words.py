"""The words of the script that a page runs, in the language of the page: a script of its own beside it."""

from __future__ import annotations

import json
from pathlib import Path

from livingreview.words.translate import gettext as _

WORDS = "livingreview-words.js"


def write_words(static: Path) -> None:
    """Leave `livingreviewWords`: the messages by name, with gaps such as `{time}` that the script fills."""
    words = {
        "data": _("data %(hash)s", hash="{hash}"),
        "row": _("row %(row)s of results.csv", row="{row}"),
        "copy": _("Copy"),
        "copied": _("Copied"),
        "months": _("%(time)s months", time="{time}"),
        "range": _("%(low)s to %(high)s", low="{low}", high="{high}"),
        "somewhere": _("somewhere between %(low)s and %(high)s", low="{low}", high="{high}"),
        "atRisk": _("%(n)s at risk", n="{n}"),
        "at": _("At %(time)s: %(curves)s.", time="{time}", curves="{curves}"),
    }
    text = f"window.livingreviewWords = {json.dumps(words, ensure_ascii=False)};\n"
    (static / WORDS).write_text(text, encoding="utf-8", newline="\n")
