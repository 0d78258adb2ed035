"""What may not be shown: numbers a publication does not fix, and counts of too few patients."""
