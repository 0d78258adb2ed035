"""Progression-free and overall survival from the dates of what happened, by one stated rule each."""

from __future__ import annotations

import datetime as dt

from livingreview.intake.cell.cells import Refused
from livingreview.intake.folder.timeline import Timeline

PROGRESSION, DEATH = "progression_date", "death_date"
ASSESSMENT, CONTACT = "last_assessment_date", "last_contact_date"
PFS_RULE = f"the first of {PROGRESSION} and {DEATH}, otherwise censored at {ASSESSMENT}"
OS_RULE = f"{DEATH}, otherwise censored at the later of {CONTACT} and {ASSESSMENT}"
Event = tuple[dt.date, str, str] | None  # the day, what ended the time, the column that says so


def derive_pfs(dates: Timeline) -> dict[str, list[str]]:
    """`pfs_months` and `pfs_event`; none where a needed column is absent.

    Progression and death on one day count as progression. Refused by row: death before progression,
    and a patient with none of the dates.
    """
    if not all(dates.has(name) for name in (PROGRESSION, DEATH, ASSESSMENT)):
        return {}
    found: list[Event] = []
    columns = (dates.days(PROGRESSION), dates.days(DEATH), dates.days(ASSESSMENT))
    for position, (progression, death, assessed) in enumerate(zip(*columns, strict=True)):
        if progression and death and death < progression:
            why = Refused(f"the patient died before, on {death}", "Compare the two dates with the notes.")
            dates.done.refuse(why, PROGRESSION, position, progression)
        if progression:
            found.append((progression, "progression", PROGRESSION))
        elif death:
            found.append((death, "death", DEATH))
        else:
            found.append((assessed, "censored", ASSESSMENT) if assessed else None)
    return _columns(dates, found, "pfs", PFS_RULE, (PROGRESSION, DEATH, ASSESSMENT))


def derive_os(dates: Timeline) -> dict[str, list[str]]:
    """`os_months` and `os_event`; none where a needed column is absent."""
    alive = [name for name in (CONTACT, ASSESSMENT) if dates.has(name)]
    if not dates.has(DEATH) or not alive:
        return {}
    found: list[Event] = []
    for position, death in enumerate(dates.days(DEATH)):
        seen = [(dates.days(name)[position], "censored", name) for name in alive if dates.days(name)[position]]
        if death:
            found.append((death, "death", DEATH))
        else:
            found.append(max(seen) if seen else None)
    return _columns(dates, found, "os", OS_RULE, (DEATH, *alive))


def _columns(dates: Timeline, found: list[Event], stem: str, rule: str, names: tuple[str, ...]) -> dict[str, list[str]]:
    months, events = [], []
    for position, event in enumerate(found):
        if event is None or any((name, position) in dates.refused for name in names):
            _refuse_unknown(dates, position, stem, names)
            months.append("")
            events.append("")
            continue
        day, what, column = event
        months.append(dates.month(position, day, column, f"{stem}_months"))
        events.append(what)
    dates.done.note(
        f"{stem}_months and {stem}_event are made from dates for {len(found)} patients: {rule}",
        f"Give the columns {stem}_months and {stem}_event if another rule holds.",
    )
    for name in (f"{stem}_months", f"{stem}_event"):
        dates.done.made_from[name] = f"{name} (made from {', '.join(names)})"
    return {f"{stem}_months": months, f"{stem}_event": events}


def _refuse_unknown(dates: Timeline, position: int, stem: str, names: tuple[str, ...]) -> None:
    dates.done.silenced |= {(f"{stem}_months", position), (f"{stem}_event", position)}
    if not any((name, position) in dates.refused for name in names):
        why = Refused(f"{stem}_months cannot be known: {', '.join(names)} are all empty", "Fill in one of them.")
        dates.done.refuse(why, names[-1], position)
