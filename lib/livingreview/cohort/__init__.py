"""The cohort model: vocabulary, columns, rules, lazy loading, provenance."""
