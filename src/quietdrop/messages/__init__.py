"""What was decided, as it is told."""
