"""Other names of columns and other words for terms: what a proposal may guess, and only propose."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from livingreview.cohort.columns import TABLES, Column
from livingreview.cohort.identifying import plain
from livingreview.intake.cell.cells import term as spelt

SURE = 0.86  # likeness of two names from which one is proposed for the other
COLUMNS = {
    "patient_id": "record_id subject_id subjid usubjid patient pat_id patid participant_id study_id case_id id mrn pid",
    "pfs_months": "pfs pfs_time time_to_progression ttp progression_free_survival pfs_date pfs_end",
    "pfs_event": "pfs_status pfs_ind pfs_cens pfs_cnsr pfs_event_type progression_status",
    "os_months": "os os_time overall_survival survival survival_time os_date last_contact last_follow_up",
    "os_event": "os_status os_ind os_cens os_cnsr vital_status vital status_os survival_status alive_dead",
    "age_years": "age age_at_diagnosis age_at_start age_at_asct age_at_baseline",
    "sex": "gender geschlecht",
    "iss_stage": "iss iss_at_diagnosis",
    "r_iss_stage": "riss r_iss revised_iss",
    "msmart_risk": "msmart risk risk_group cytogenetic_risk",
    "induction": "induction_regimen induction_therapy",
    "n_asct": "number_of_asct asct_number no_asct transplants",
    "maintenance_regimen": "maintenance maintenance_therapy regimen",
    "maintenance_partner": "partner partner_drug",
    "maintenance_start_months": "maintenance_start start_of_maintenance",
    "maintenance_end_months": "maintenance_end end_of_maintenance maintenance_stop",
    "off_treatment_reason": "reason_off_treatment discontinuation_reason stop_reason",
    "last_assessment_months": "last_assessment",
    "progression_type": "type_of_progression relapse_type",
    "next_therapy_months": "next_therapy next_treatment ttnt",
    "death_cause": "cause_of_death",
    "timepoint": "visit time_point assessment avisit",
    "response": "imwg_response best_response response_category imwg remission",
    "months": "time month time_months sample_date assessment_date response_date mrd_date visit_date date",
    "status": "mrd mrd_status mrd_result result",
    "method": "mrd_method assay",
    "sensitivity_reached": "sensitivity mrd_sensitivity lod",
    "sample": "sample_type material",
    "grade": "ctcae_grade ae_grade toxicity_grade max_grade aetoxgr",
    "term": "ae_term adverse_event event preferred_term ae_name toxicity aedecod",
    "soc": "system_organ_class ae_soc aebodsys body_system",
    "serious": "sae ae_serious is_serious aeser",
    "related": "relatedness ae_related related_to_treatment aerel causality",
    "action": "action_taken ae_action aeacn",
    "start_months": "start onset ae_start onset_date start_date ae_start_date",
    "end_months": "end resolution ae_end end_date ae_end_date stop_date",
    "on_treatment": "treatment_emergent teae",
    "step": "stage stage_of_flow",
    "n": "patients number count",
    "reason": "reason_left exclusion_reason",
}
ORIGINS = (
    "origin_date date_of_asct asct_date transplant_date date_of_transplant date_of_transplantation maintenance_start_date "
    "start_of_maintenance date_of_maintenance_start randomisation_date randomization_date index_date treatment_start_date"
).split()
TERMS = {
    "progression": "progressed progressive progressive_disease pd relapse relapsed relapse_or_progression",
    "death": "dead died deceased exitus",
    "censored": "alive living no_event none event_free censor",
    "female": "f w woman weiblich",
    "male": "m man maennlich männlich",
    "I": "1 stage_i stage_1 iss_i iss_1",
    "II": "2 stage_ii stage_2 iss_ii iss_2",
    "III": "3 stage_iii stage_3 iss_iii iss_3",
    "standard": "standard_risk sr",
    "high": "high_risk hr",
    "sCR": "stringent_complete_response stringent_cr",
    "CR": "complete_response complete_remission",
    "VGPR": "very_good_partial_response very_good_partial_remission",
    "PR": "partial_response partial_remission",
    "MR": "minimal_response minor_response",
    "SD": "stable_disease",
    "PD": "progressive_disease progression",
    "NE": "not_evaluable",
    "negative": "neg mrd_negative undetectable",
    "positive": "pos mrd_positive detectable",
    "not_evaluable": "ne indeterminate",
    "yes": "y ja",
    "no": "n nein",
}
BASES = {"at_visit": "visit", "best": "best_response", "last_before_progression": "last"}
UNIT_WORDS = re.compile(r"_(days?|weeks?|months?|mo|years?|date|dt|yrs?)$")


def likeness(header: str, target: str) -> float:
    """How likely a header means a column of the cohort: 1 for its name or a synonym, 0 for another name."""
    name = plain(header)
    names = {target, *COLUMNS.get(target, "").split()}
    if name in names:
        return 1.0
    short = UNIT_WORDS.sub("", name)
    if short in names | {UNIT_WORDS.sub("", other) for other in names}:
        return 0.95
    best = max(SequenceMatcher(None, name, other).ratio() for other in names if len(other) > 3 or other == target)
    return best if best >= SURE and len(name) > 3 else 0.0


def is_origin(header: str) -> bool:
    """Whether a header speaks of the day that months are counted from."""
    return plain(header) in ORIGINS


def is_best_response(header: str) -> bool:
    """Whether a header speaks of the best response of a patient."""
    return plain(header) in ("best_response", "best_imwg_response", "best_overall_response", "response_best", "bor")


def meant(word: str, column: Column) -> str | None:
    """The term a word probably stands for; None for codes and for words that say nothing, such as 0 and 1."""
    found = spelt(word, column.values)
    if found in column.values:
        return found
    names = {plain(other): value for value in column.values for other in (value, *TERMS.get(value, "").split())}
    names |= {other: value for value, other in BASES.items() if value in column.values}
    return names.get(plain(word))


def of_table(headers: list[str], table: str) -> dict[str, str]:
    """For each column of a table the header that is most like it, each header once."""
    pairs = [
        (likeness(header, column.name), -at, column.name, header)
        for column in TABLES[table].columns
        for at, header in enumerate(headers)
    ]
    found: dict[str, str] = {}
    for score, _, target, header in sorted(pairs, reverse=True):
        if score > 0 and target not in found and header not in found.values():
            found[target] = header
    return {column.name: found[column.name] for column in TABLES[table].columns if column.name in found}
