"""What an edition is: its name, the statement on every page, the paper behind it, its facts, and whom to write to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livingreview.presentation.kit.labels import capitalised
from livingreview.presentation.kit.myst import Block, escaped
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

NAMES = {
    "observed": mark("observed edition"),
    "reconstructed": mark("reconstructed edition"),
    "simulated": mark("simulated edition"),
}
STATEMENTS = {
    "observed": mark("computed from patient records; only aggregates are shown"),
    "patients-shown": mark("computed from patient records; single patients are shown, as study.yml approves"),
    "reconstructed": mark("reconstructed from published numbers, not patient records"),
    "simulated": mark("simulated patients, not patient records"),
}
THRESHOLDS = {
    5: mark("the smallest cell of OHDSI network studies (minCellCount) and of many hospitals"),
    8: mark("NHS Digital, Hospital Episode Statistics since 2018: 1 to 7 are suppressed; so does OpenSAFELY"),
    10: mark("the default of ACRO, which checks outputs of trusted research environments"),
    11: mark("CMS cell size suppression policy, 2024: no cell of 1 to 10"),
}


def edition_name(kind: str) -> str:
    """The edition by the kind of its data."""
    return _(NAMES[kind])


def statement(data: str) -> str:
    """What the data are and what is shown of them."""
    return _(STATEMENTS[data])


def dated(kind: str, date: str, data: str) -> str:
    """The edition with its day and its statement."""
    said = {"edition": capitalised(edition_name(kind)), "date": date, "statement": statement(data)}
    return _("%(edition)s of %(date)s: %(statement)s.", **said)


def lead(study: Any) -> Block:
    """What this edition is, in one sentence, with the paper it reviews."""
    edition = dated(study.edition.kind, escaped(study.edition.date), study.data)
    words = f"**{escaped(study.title)}.** {edition}"
    if study.publication is None:
        return Block(words)
    return Block(f"{words}\n\n{_('Reviewed: %(citation)s', citation=escaped(study.publication.citation))}")


def contact_words(contact: str) -> Block:
    """Where to send a correction."""
    return Block(_("Something is wrong? %(contact)s.", contact=escaped(capitalised(contact))))


def edition_facts(study: Any, data_hash: str, files: Mapping[str, str | None]) -> dict[str, str]:
    """What the edition is, by name; `files` are those it was made from, each with its hash where that may be shown."""
    origin, nothing = study.time_origin, _("not stated")
    assumed = origin.stated_in_publication is False
    accrual = study.accrual and _("%(start)s to %(end)s", start=study.accrual.start, end=study.accrual.end)
    described = {
        _("Study"): study.title,
        _("Edition"): f"{edition_name(study.edition.kind)}, {study.edition.date}",
        _("Time origin"): _("%(event)s (assumed: what was read does not say)", event=origin.event)
        if assumed
        else origin.event,
        _("Data cut-off"): nothing if study.data_cutoff is None else str(study.data_cutoff),
        _("Accrual"): accrual or nothing,
        _("CTCAE version"): study.vocabulary.ctcae or nothing,
        **_stated(study),
        _("Small counts"): "; ".join(filter(None, (threshold_words(study.smallest_shown), _approved(study)))),
        _("Data hash"): data_hash,
    }
    hashed = {_("SHA-256 of %(file)s", file=name): digest for name, digest in files.items() if digest}
    return described | (hashed or {_("Tables"): ", ".join(files)})


def _stated(study: Any) -> dict[str, str]:
    """What study.yml says that not every study has."""
    designs = {
        "single-arm": _("one arm"),
        "randomised": _("randomised arms"),
        "observational": _("observed in practice"),
    }
    said = {
        _("mSMART version"): study.vocabulary.msmart,
        _("Disease"): study.disease,
        _("Design"): designs.get(study.design),
        _("Published at"): study.url,
        _("Licence of this edition"): study.licence,
    }
    return {name: value for name, value in said.items() if value}


def threshold_words(smallest: int) -> str:
    """What is withheld and by whose rule."""
    if smallest <= 1:
        return _("none is withheld")
    rule = _(THRESHOLDS[smallest]) if smallest in THRESHOLDS else _("a rule of this cohort's own")
    return _("1 to %(most)s patients are withheld (%(rule)s)", most=smallest - 1, rule=rule)


def _approved(study: Any) -> str:
    found = study.approval
    if found is None or study.disclosure != "outcomes-as-published":
        return ""
    said = {"publication": found.publication, "person": found.person, "date": found.date}
    return _("shown as published in %(publication)s: approved by %(person)s, %(date)s", **said)
