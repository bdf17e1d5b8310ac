"""Intake -> Assessment: what a steady referrer would send, and how likely each has drifted."""
