"""Faults injected for real into runs of fifty messages; what was lost or sent twice is counted."""
