"""Outbox to SMTP: who is written to, one attempt a message, notices of failures."""
