"""Frozen values of the field: decisions and identities of practices."""
