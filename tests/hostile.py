"""A cohort whose every text is hostile: markup, roles, formulas, quotes and endless words."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import yaml

from livingreview.presentation.kit.myst import escaped
from livingreview.simulation.patients import simulate
from livingreview.simulation.simulated_folder import STUDY
from support import PAGES

PATIENTS = 60
MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "</div></td></table>", "&lt;b&gt; &amp; &#60;",
    "{num}`pfs.survival.36`", "```{raw} html\n<b onclick=alert(3)>bold</b>\n```", ":::{admonition} mine\nwords\n:::", "::::",
    "[x](javascript:alert(4))", "<https://x.example>", "https://x.example/", "![x](https://x.example/x.png)",
    "{{ 7*7 }}", "{% raw %}", "$x$", "$$y$$", "\\(z\\)", "{ref}`x`", "{numref}`tbl-flow`", "| a | b |", "|sub|", "`code`",
    "back\\slash \\n", "C:\\", "**bold** _it_", "~~strike~~", "- item", "* item", "1. item", "# head", "> quote", "% comment",
    "(target)=", "^[note]", "[^1]", "%s %(x)s {x}", "a\tb", "Übelkeit 日本 \N{SKULL}", "می\u200cخواهم",
    "+1+1", "@SUM(1)", "-2+3", "lr-data-hash-whole", "lr-row:pfs.survival.36", "lr-row:x", "W" * 2000,
)  # fmt: skip
TYPOGRAPHY = ("=cmd|' /C calc'!A0", "\"double\" 'single'", "---", "--flag", "...", "5'-nucleotidase", "<!-- hidden")
HOSTILE = MARKUP + TYPOGRAPHY
EVERYTHING = " ".join(words.replace("\n", " ") for words in MARKUP if len(words) < 1000)
SHORT = f"Short {EVERYTHING}"
LINKED = "https://registry.example/"  # the one link that the commentary may have
COMMENTARY = f"""\
## A heading with &lt;img src=x&gt;

[x](javascript:alert(6)) {{{{ 7*7 }}}} [a link]({LINKED} "\\"><img src=x onerror=alert(7)>")

{escaped(EVERYTHING)}
"""


def one_line(words: str) -> str:
    return words.replace("\n", " ")


def at(position: int) -> str:
    return HOSTILE[position % len(HOSTILE)]


def tables() -> dict[str, pd.DataFrame]:
    """A simulated cohort with a hostile text in every cell that may hold text."""
    found = simulate(PATIENTS, 7)
    patients = found["patients"]
    pseudonyms = {old: f"{at(number)} Z9Q{number}" for number, old in enumerate(patients["patient_id"])}
    for name in ("patients", "responses", "mrd", "adverse_events"):
        found[name]["patient_id"] = found[name]["patient_id"].map(pseudonyms)
    texts = ("induction", "maintenance_regimen", "maintenance_partner", "off_treatment_reason")
    for table, names in (
        ("patients", texts),
        ("mrd", ("method", "sample")),
        ("adverse_events", ("term", "soc", "action")),
    ):
        for name in names:
            found[table][name] = [at(position) for position in range(len(found[table]))]
    for name, event, wanted in (("progression_type", "pfs_event", "progression"), ("death_cause", "os_event", "death")):
        happened = patients[event] == wanted
        patients[name] = [at(position) if there else "" for position, there in enumerate(happened)]
    steps = [{"step": words, "n": PATIENTS + 100 - row, "reason": words} for row, words in enumerate(HOSTILE)]
    found["flow"] = pd.DataFrame([*steps, {"step": "Analysed", "n": PATIENTS, "reason": ""}])
    return found


def write_hostile(folder: Path) -> None:
    """Hostile cells and entries, titles, printed numbers and commentary."""
    folder.mkdir()
    for name, table in tables().items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    study = yaml.safe_load(STUDY.format(shortest=5.0))
    study |= {"title": f"Title {EVERYTHING}", "short_title": SHORT}
    study["publication"] = {"citation": f"Citation {EVERYTHING}", "authors": list(HOSTILE)}
    study["time_origin"]["event"] = f"Event {EVERYTHING}"
    study["inclusion"]["words"] = f"Inclusion {EVERYTHING}"
    study["adverse_events"] = {"words": f"Recording {EVERYTHING}"}
    study["contact"] = f"Contact {EVERYTHING}"
    study["vocabulary"]["ctcae"] = f"Version {EVERYTHING}"
    for timepoint in study["vocabulary"]["timepoints"]:
        timepoint["label"] = f"Label {timepoint['name']} {EVERYTHING}"
    (folder / "study.yml").write_text(yaml.safe_dump(study, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with (folder / "published.csv").open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened, lineterminator="\n")
        table.writerow("id endpoint statistic group time_months printed printed_low printed_high denominator source note".split())  # fmt: skip
        for words in map(one_line, HOSTILE):
            if words.isprintable() and len(words) < 1000:
                table.writerow([words, words, words, words, "", "5", "", "", "28", words, words])
    (folder / "commentary").mkdir()
    for page in PAGES:
        (folder / "commentary" / f"{page.rpartition('/')[2]}.md").write_text(COMMENTARY, encoding="utf-8")
