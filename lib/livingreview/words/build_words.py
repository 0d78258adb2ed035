"""What a build tells of itself, and why it stops: a sentence by code, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livingreview.words.translate import gettext, mark, ngettext

NAMED = 3  # files, before the rest are counted
SENTENCES = {
    # on its way
    "note": mark("note: %(note)s"),
    "another-build": mark("another build of this folder is running; waiting for it to end"),
    "chapter-done": mark("%(page)s: %(seconds)s s"),
    "chapter-failed": mark("%(page)s: failed"),
    "kernel-host-ended": mark(
        "the process that starts kernels was ended: what it was executing runs again in plain kernels"
    ),
    "rendering": mark("rendering the site"),
    "saved": mark("saved: %(names)s"),
    "may-be-subtracted": mark(
        "warning: the data are observed and the results differ from those of the last build. Whoever has both editions "
        "can subtract one from the other and may learn what a single patient added: do not publish this one beside the "
        "other, nor in its place if that was read."
    ),
    # what was damaged, and mended
    "site-damaged": mark("the built site was damaged (%(files)s): it is made again"),
    "lock-damaged": mark("the lock of the last build was damaged: it was thrown away"),
    "manifest-damaged": mark("%(file)s was damaged: it is written again"),
    "record-damaged": mark("what was remembered of the last build is missing or damaged: everything is built again"),
    "pages-damaged": mark(
        "the memory of the pages was damaged, or its last run did not end: every page is rendered again"
    ),
    # why it stops
    "no-book": mark("No book here: run the command in the folder that holds _config.yml, _toc.yml and chapters/."),
    "pages-without-file": mark("_toc.yml names pages without a file: %(pages)s. Add them or take them out."),
    "pages-left-out": mark("_toc.yml does not name %(pages)s. Add them, or move the files away."),
    "unruly": mark("These chapters break the rules of CONTRIBUTING.md:\n%(lines)s"),
    "parameters-computed": mark("%(page)s: its parameters cell may hold only NAME = VALUE lines."),
    "no-parameter": mark("%(source)s: no chapter has a parameter named %(names)s. Known: %(known)s."),
    "wrong-values": "%(lines)s",
    "no-catalogue": mark("study.yml, language: %(language)s has no catalogue. Known: %(known)s."),
    "no-build": mark("%(out)s exists and is no earlier build; it would be replaced. Name another folder with --out."),
    "other-folder": mark(
        "%(out)s holds the site of %(other)s, not of %(folder)s: two folders of one name would overwrite each other. "
        "Name another place with --out, or rename one of the folders."
    ),
    "changed-meanwhile": mark(
        "%(folder)s changed while it was being built (%(files)s). The last good site is untouched: run the build again "
        "when nothing is being saved."
    ),
    "chapters-failed": mark("chapters failed: %(pages)s"),
    "builder-ended": mark("The process that renders the site was ended (signal %(signal)s): run again."),
    "builder-failed": mark("The site could not be built:\n%(lines)s"),
    "no-site": mark("There is no site in %(out)s yet: run livingreview build first."),
    "no-value": mark("--set %(pair)s: NAME=VALUE is expected, for instance --set landmark_months=12"),
    "unreadable-value": mark("--set %(pair)s: the value cannot be read"),
    # what a chapter that failed needs
    "run-check": mark("Run “livingreview check” on the folder."),
    "open-chapter": mark("Open the chapter in JupyterLab and run it up to this cell."),
    "kernel-died": mark("The kernel did not come up or died; run the build again."),
    # rules of a chapter
    "one-parameters-cell": mark("%(page)s: one cell tagged parameters is expected, %(n)s found"),
    "one-import": mark("%(page)s: %(n)s imports, one is allowed"),
    "typed-digits": mark("%(page)s: line %(line)s: digits are typed (%(text)s); use the num role"),
    "long-cell": mark("%(page)s, code cell %(cell)s: %(n)s lines, at most %(limit)s"),
    "no-python": mark("%(page)s, code cell %(cell)s: no valid Python"),
    "not-here": mark("%(page)s, code cell %(cell)s: %(what)s belongs in the library"),
    "other-import": mark("%(page)s, code cell %(cell)s: a chapter imports from %(facade)s only"),
    # why a chapter runs again
    "not-built": mark("not built before"),
    "outputs-damaged": mark("its outputs were damaged"),
    "results-may-change": mark("results of %(names)s may change"),
    "is-gone": mark("%(what)s is gone"),
    "is-new": mark("%(what)s is new"),
    "appeared": mark("%(what)s appeared"),
    "changed": mark("%(what)s changed"),
    "is-changed": mark("%(what)s is changed"),
    "the-chapter": mark("the chapter"),
    "the-folder": mark("the folder"),
    "the-lock": mark("the locked software"),
    "the-parameter": mark("parameter %(name)s"),
    "the-module": mark("module %(name)s"),
}


def build_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a code. KeyError for an unknown one.

    Of the facts, a tuple is listed with commas, `lines` one a line, and `files` are named with what became of each.
    """
    gaps = {name: _gap(name, value) for name, value in facts.items()}
    return gettext(SENTENCES[code]) % gaps


def _gap(name: str, value: Any) -> Any:
    if name == "files":
        return _became(value)
    return ("\n" if name == "lines" else ", ").join(map(str, value)) if isinstance(value, tuple) else value


def _became(files: Mapping[str, str]) -> str:
    """The first files that differ and how many more there are; each is `gone`, `changed` or `new`."""
    named = [build_sentence(f"is-{what}", {"what": name}) for name, what in list(files.items())[:NAMED]]
    more = len(files) - len(named)
    return "; ".join(named) + (ngettext("; and %(n)s more", "; and %(n)s more", more) if more > 0 else "")
