"""Values and rules of the field that every stage shares."""
