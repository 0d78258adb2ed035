"""Figure, table, number, block: what every page is made of."""
