"""From the files people have to a cohort folder: spreadsheets, dates, mappings, ADaM."""
