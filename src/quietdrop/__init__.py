"""quietdrop: early warning for referral relationships."""

__version__ = "0.1.0"
