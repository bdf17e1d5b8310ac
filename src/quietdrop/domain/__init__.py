"""The frozen values that stages hand on, and the table of outcomes. No I/O."""
