"""The network as files, with a config that points to them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from quietdrop.demo.directory import MANAGER
from quietdrop.demo.network import Network
from quietdrop.lib import safe_files

CONFIG = """\
[source]
referrals = "data/referrals.csv"
practices = "data/practices.csv"
people = "data/people.csv"
liaisons = "data/liaisons.csv"
touches = "data/touches.csv"
news = "data/news.csv"

[source.columns]
referred_on = "Referral Date"   # our name = their name

[digest]
managers = ["{manager}"]

[web]
bind = "{web}"
base_url = "http://{web}"   # `quietdrop open` serves them

[mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "quietdrop@practice.example"
"""


def write_network(
    network: Network, folder: Path, *, smtp_port: int, web: str = "127.0.0.1:8470"
) -> Path:
    """Writes data/*.csv and quietdrop.toml into `folder`; returns the config's path.

    A few rows are broken, empty or delivered twice, as in any real export.
    """
    data = folder / "data"
    safe_files.make_folder(data)
    referrals = network.referrals.rename(columns={"referred_on": "Referral Date"})
    referrals["Referral Date"] = referrals["Referral Date"].dt.strftime("%Y-%m-%d")
    bad = referrals.tail(5).copy()
    bad["Referral Date"] = ["", "0001-01-01", "soon", "", "2026-13-45"]
    bad["referral_id"] = [f"B{place}" for place in range(5)]
    tables = {"referrals": pd.concat([referrals, referrals.tail(40), bad])}
    for name in ("practices", "people", "liaisons", "touches", "news"):
        tables[name] = getattr(network, name)
    tables["planted"] = pd.DataFrame([asdict(drift) for drift in network.planted])
    for name, table in tables.items():
        with safe_files.replacing(data / f"{name}.csv") as file:
            table.to_csv(file, index=False, mode="wb")
    config = folder / "quietdrop.toml"
    safe_files.write_text(config, CONFIG.format(manager=MANAGER, port=smtp_port, web=web))
    return config
