"""Synthetic cohorts with the schema of real ones, to try everything before touching patients' data."""
