"""One as-of date: what of the counts may be trusted."""
