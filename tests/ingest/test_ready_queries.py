"""OpenEMR's ready query reads incoming referrals only, and no patient.

The tables are those of OpenEMR 7 as its sql/database.sql makes them, with the columns that matter.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import sqlalchemy as sa
from tests.ingest.shapes import tried

OPENEMR = (
    "CREATE TABLE users (id BIGINT PRIMARY KEY, username VARCHAR(255), fname VARCHAR(255), "
    "lname VARCHAR(255), organization VARCHAR(255), npi VARCHAR(15), abook_type VARCHAR(31))",
    "CREATE TABLE transactions (id BIGINT PRIMARY KEY, date DATETIME, title VARCHAR(255) NOT NULL, "
    "pid BIGINT, user VARCHAR(255), groupname VARCHAR(255), authorized TINYINT)",
    "CREATE TABLE lbt_data (form_id BIGINT NOT NULL, field_id VARCHAR(31) NOT NULL, "
    "field_value TEXT, PRIMARY KEY (form_id, field_id))",
    "CREATE TABLE patient_data (pid BIGINT PRIMARY KEY, fname VARCHAR(255), lname VARCHAR(255))",
    "INSERT INTO patient_data VALUES (77, 'Quince', 'Phinn')",
    "INSERT INTO users VALUES (1, 'ours', 'Doc', 'Ours', 'Our Clinic', '1000000004', ''), "
    "(2, '', 'Ann', 'Kim', 'Lakeside Clinic', '1001000003', 'external_provider'), "
    "(3, NULL, 'Bo', 'Lee', '', '', 'external_provider'), "
    "(4, '', '', '', 'Oak Hill', '', 'external_org')",
)
REFERRALS = [  # title, the day, from whom
    *[("LBTref", f"2026-11-{day:02d}", "2") for day in range(2, 12)],
    *[("LBTref", f"2026-11-{day:02d}", "3") for day in range(2, 7)],
    *[("LBTref", f"2026-11-{day:02d}", "4") for day in range(2, 5)],
    *[("LBTref", "2026-11-12", "1")] * 4,  # ours, to a specialist
    ("LBTphreq", "2026-11-13", "2"),  # a request of a patient
    ("LBTref", "2026-11-13", ""),  # from nobody
]


def test_openemr_gets_a_ready_query(mariadb_url: str, tmp_path: Path) -> None:
    with sa.create_engine(mariadb_url, poolclass=sa.NullPool).begin() as connection:
        for statement in OPENEMR:
            connection.exec_driver_sql(statement)
        for key, (title, day, sender) in enumerate(REFERRALS, 1):
            connection.exec_driver_sql(
                f"INSERT INTO transactions VALUES ({key}, '{day}', '{title}', 77, 'x', 'x', 1)"
            )
            for name, value in (("refer_date", day), ("refer_from", sender), ("body", "Phinn")):
                connection.exec_driver_sql(
                    f"INSERT INTO lbt_data VALUES ({key}, '{name}', '{value}')"
                )
    result = tried(mariadb_url, tmp_path)
    assert "looks like OpenEMR" in result.said
    sent = result.intake.counts.groupby("practice_id")["referrals"].sum().to_dict()
    assert sent == {"Lakeside Clinic": 10, "Lee, Bo": 5, "Oak Hill": 3}
    assert set(result.intake.counts["provider"]) == {"1001000003", "Lee, Bo", ""}
    assert result.intake.newest == date(2026, 11, 11)
    assert "Phinn" not in repr(result)
