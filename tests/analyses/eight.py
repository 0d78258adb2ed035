"""Eight patients whose every number can be counted by hand, as a folder."""

from __future__ import annotations

from pathlib import Path

STUDY = """
title: Eight patients
short_title: Eight
edition: {kind: observed, date: 2026-01-01}
time_origin: {event: transplantation}
inclusion: {minimum_maintenance_months: 3, words: at least 3 months of maintenance}
vocabulary:
  timepoints: [{name: before, label: Before}, {name: after, label: After}]
smallest_count: 0
contact: us
"""
TABLES = {
    "patients.csv": """patient_id,pfs_months,pfs_event,os_months,os_event,age_years,sex,maintenance_start_months,maintenance_end_months
A,10,progression,30,censored,50,female,3,10
B,20,death,20,death,60,male,3,9
C,24,progression,40,death,70,female,3,24
D,40,censored,40,censored,55,,3,
E,40,censored,40,censored,65,male,3,
F,44,censored,44,censored,45,male,3,
G,12,censored,12,censored,48,female,3,
H,48,censored,48,censored,52,male,3,
""",
    "responses.csv": """patient_id,timepoint,response
A,before,PR
B,before,VGPR
C,before,PR
D,before,PR
E,before,CR
F,before,VGPR
G,before,NE
H,before,PR
A,after,CR
B,after,VGPR
C,after,PR
D,after,CR
E,after,VGPR
F,after,sCR
H,after,CR
""",
    "mrd.csv": """patient_id,months,status
D,3,negative
D,15,negative
E,3,negative
E,14,negative
F,6,negative
F,12,positive
H,3,negative
H,20,negative
A,3,positive
B,3,positive
C,3,negative
""",
    "adverse_events.csv": """patient_id,grade,term,serious
A,1,Nausea,no
A,3,Rash,no
B,5,Sepsis,yes
C,2,Nausea,no
C,2,Nausea,no
""",
    "flow.csv": "step,n,reason\nTransplanted,20,\nAnalysed,8,maintenance shorter than 3 months\n",
}


def eight(folder: Path, *, study: str = STUDY, **tables: str) -> Path:
    """The cohort written to a folder; a table given by name takes the place of its own, an empty one is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yml").write_text(study, encoding="utf-8")
    for name, content in (TABLES | {f"{name}.csv": words for name, words in tables.items()}).items():
        if content:
            (folder / name).write_text(content, encoding="utf-8")
    return folder
