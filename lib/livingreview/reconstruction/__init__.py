"""Cohorts behind a publication, judged by the analyses."""
