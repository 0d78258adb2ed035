"""The command `livingreview audit`: verdicts as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from audit.printed_trials import row
from livingreview.audit.checks import audit
from livingreview.cli.audit_printout import as_text
from livingreview.published.printed import read_any
from support import run


def test_the_command(tmp_path: Path):
    table = tmp_path / "paper.csv"
    table.write_text(
        "id,kind,value,low,high,n\npfs,Kaplan-Meier percent,70.8,52.18,89.42,28\nae,percent,70.8,,,28\n", "utf-8"
    )
    done = run("audit", table, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {(one["id"], one["verdict"]) for one in found} == {("pfs", "consistent"), ("ae", "impossible")}
    assert [one["event_counts"] for one in found if "event_counts" in one] == [[7]]
    assert as_text(audit(read_any(table)), read_any(table)).endswith("3 consistent, 0 undetermined, 1 impossible")


def test_what_no_check_fits_is_said():
    rows = [row(id="age", statistic="median (years)", printed="57"), row(id="size", printed="28")]
    said = "no check fits: age (median (years)), size (no statistic)\nno printed number that can be checked"
    assert as_text(audit(rows), rows) == said
