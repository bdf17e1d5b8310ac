"""The columns of our tables, under the names that a config maps to."""

from __future__ import annotations

_COLUMNS = {
    "referrals": "referred_on practice_id practice_name referral_id provider_npi provider_name"
    " specialty service_line payer location status scheduled_on seen_on note_sent_on recorded_on"
    " value referrals",
    "practices": "practice_id practice_name aliases liaison_email territory town phone address"
    " health_system specialty tier value hours preferred_contact opened_on closed_on",
    "people": "practice_id npi name role preferred_contact left_on",
    "liaisons": "liaison_email name manager_email budget away_from away_to cover_email"
    " service_lines",
    "touches": "touched_on practice_id liaison_email kind whom outcome resolved_on snooze_until"
    " cost recipient next_step next_on next_owner note",
    "closures": "closed_from closed_to location",
    "news": "text shown_from shown_until territory service_line practice_id",
}
DIRECTORY = {name: tuple(columns.split()) for name, columns in _COLUMNS.items()}
REFERRALS = DIRECTORY.pop("referrals")
# Older configs may map them; nothing reads them.
UNREAD_OF_REFERRALS = ("specialty", "value")
# A config may name them, and nothing reads them; a note never is.
_UNREAD = {
    "touches": {"note"},
}


def read_of(table: str) -> tuple[str, ...]:
    """The columns that are read of a directory table, in their order."""
    return tuple(name for name in DIRECTORY[table] if name not in _UNREAD.get(table, ()))
