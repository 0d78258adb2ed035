"""Results of other studies."""
