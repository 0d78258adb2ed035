"""The controlled terms of the tables, each in one order for the whole project."""

from __future__ import annotations

# IMWG uniform response criteria (Kumar 2016), best first; NE = not evaluable.
RESPONSES = ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD", "NE")
RESPONSE_WORDS = {
    "sCR": "stringent complete response",
    "CR": "complete response",
    "VGPR": "very good partial response",
    "PR": "partial response",
    "MR": "minimal response",
    "SD": "stable disease",
    "PD": "progressive disease",
    "NE": "not evaluable",
}
RESPONSE_BASIS = ("best", "at_visit", "last_before_progression")
PFS_EVENTS = ("progression", "death", "censored")
OS_EVENTS = ("death", "censored")
MRD_STATUS = ("negative", "positive", "not_evaluable")
SEX = ("female", "male")
STAGES = ("I", "II", "III")
RISKS = ("standard", "high")
YES_NO = ("yes", "no")
IDENTIFIABILITY = ("pinned", "bounded", "free", "absent")
