"""Any spreadsheet as a cohort folder, by a mapping."""
