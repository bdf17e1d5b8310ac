"""Figures to words: each sentence that a reader sees."""
