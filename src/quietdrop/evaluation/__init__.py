"""Intake to plan: everything that is decided for one as-of date, recording nothing."""
