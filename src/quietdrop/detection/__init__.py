"""Intake to assessment: weekly counts, exposure and the change point. Arrays in, arrays out."""
