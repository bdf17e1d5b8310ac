"""One network that is too large for memory as a whole, judged block by block."""
