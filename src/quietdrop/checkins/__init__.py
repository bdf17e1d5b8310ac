"""Assessment and history to plan: which check-ins open, stay, recover or close."""
