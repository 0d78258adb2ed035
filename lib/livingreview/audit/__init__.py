"""Is what a paper printed possible? Every verdict `impossible` is proved in exact numbers first."""
