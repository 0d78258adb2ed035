"""A folder as people have it, as a cohort folder."""
