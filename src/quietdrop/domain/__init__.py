"""Frozen values of the field, which every stage may know."""
