"""One module a chapter: a cohort and parameters give estimates and curves."""
