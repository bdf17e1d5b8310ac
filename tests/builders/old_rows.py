"""What earlier releases wrote to a store, table by table; columns of later ones have defaults."""

from __future__ import annotations

import sqlalchemy as sa

# By the first release.
ROWS = {
    "run": {
        "id": 1,
        "as_of": "2026-07-06",
        "revision": 1,
        "live": True,
        "state": "done",
        "fingerprint": "f",
        "started_at": "2026-07-06 07:00:00",
        "finished_at": "2026-07-06 07:01:00",
        "summary": '{"error": "invalid input: ZZPATIENT", "newest": "2026-07-05"}',
    },
    "checkin": {
        "id": 1,
        "practice_id": "P1",
        "practice_name": "Lakeside",
        "liaison": "ann@example.com",
        "kind": "drift",
        "opened_on": "2026-07-06",
        "onset": "2026-05-18",
        "baseline_per_week": 3.0,
        "state": "open",
        "outcome": "",
        "open_key": "P1",
    },
    "touch": {
        "id": 1,
        "touched_on": "2026-03-09",
        "practice_id": "P1",
        "liaison": "ann@example.com",
        "kind": "visit",
        "whom": "Dana",
        "outcome": "",
        "note": "",
    },
    "message": {
        "id": 1,
        "run_id": 1,
        "period": "2026-07-06",
        "recipient": "ann@example.com",
        "kind": "digest",
        "reason": "first",
        "subject": "1 practice",
        "message_id": "<1@example.com>",
        "mime": b"body",
        "state": "sent",
        "attempts": 1,
        "doubts": 0,
        "error": "554 5.7.1 ZZPATIENT is not welcome",
        "created_at": "2026-07-06 07:01:00",
        "sent_at": "2026-07-06 07:02:00",
    },
}


LATER_ROWS: dict[str, dict[str, object]] = {
    "decision": {
        "id": 1,
        "kind": "alias",
        "subject": "P9",
        "value": "P1",
        "from_on": "2026-07-06",
        "decided_by": "ann",
        "decided_at": "2026-07-06 08:00:00",
        "undone_by": "",
    },
    "spelling": {"practice_id": "P9", "current_id": "P1"},
}
ANSWERED: dict[str, dict[str, object]] = {
    "answer": {
        "id": 1,
        "practice_id": "P1",
        "said": "retired",
        "answered_at": "2026-07-06 08:00:00",
        "mark": "m" * 64,
        "touch_id": 1,
        "checkin_id": 1,
        "kind_before": "drift",
        "opened": False,
        "closed": True,
    },
    "snooze": {
        "id": 1,
        "practice_id": "P1",
        "from_on": "2026-07-06",
        "until": "2026-08-03",
        "reason": "by link",
        "undone_on": "2026-07-06",
    },
}
SIGNED_IN: dict[str, dict[str, object]] = {
    "session": {
        "mark": "m" * 64,
        "who": "mo@example.com",
        "way": "mail",
        "begun_at": "2026-07-06 08:00:00",
        "ends_at": "2026-07-06 20:00:00",
    },
    "audit": {
        "id": 1,
        "at": "2026-07-06 08:00:00",
        "who": "mo@example.com",
        "action": "signed in",
        "about": "",
        "detail": "mail",
    },
}


VISIT_ROWS: dict[str, dict[str, object]] = {
    "promise": {
        "id": 1,
        "practice_id": "P1",
        "what": "Call back",
        "made_on": "2026-07-06",
        "due_on": "2026-07-09",
        "owner": "ann@example.com",
        "liaison": "ann@example.com",
    },
    "calendar_feed": {
        "reader": "ann@example.com",
        "mark": "f",
        "generation": 0,
        "made_at": "2026-07-06 07:00:00",
    },
}
CARD_ROW: dict[str, dict[str, object]] = {
    "card": {
        "practice_id": "P1",
        "name": "Lakeside",
        "liaison": "ann@example.com",
        "territory": "North",
        "status": "steady",
        "as_of": "2026-07-06",
        "sentence": "",
        "body": '{"town": "Salem"}',
    }
}


def fill(conn: sa.Connection, rows: dict[str, dict[str, object]] | None = None) -> None:
    for name, row in (rows or dict(ROWS)).items():
        names = ", ".join(row)
        values = ", ".join(f":{key}" for key in row)
        conn.execute(sa.text(f"INSERT INTO {name} ({names}) VALUES ({values})"), row)
