"""Patients behind a printed Kaplan-Meier curve."""
