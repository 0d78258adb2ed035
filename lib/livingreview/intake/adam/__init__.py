"""CDISC ADaM datasets as a cohort folder."""
