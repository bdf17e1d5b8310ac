"""A small realistic network with known drifts, and a local inbox to deliver to."""
