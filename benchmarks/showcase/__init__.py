"""A small network in which, one Monday, everything happens that a digest can tell of."""
