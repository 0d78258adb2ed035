"""Files to sheets of cells."""
