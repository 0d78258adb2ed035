"""What a cell or a header says."""
