"""Numbers from times, flags and counts; knows no cohort."""
