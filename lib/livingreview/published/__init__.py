"""What a paper printed: its numbers, what they allow, and whether we reproduce them."""
