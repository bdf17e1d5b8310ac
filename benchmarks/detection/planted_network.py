"""A realistic simulated network, all of it steady, in which known things are planted.

Practices have providers, service lines, payers, our locations, addresses and phones; rows are
recorded some days late. Whatever is planted changes rows from a known week on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from benchmarks.detection.simulate import LAST_DAY, WEEKDAYS, WEEKS, week_effects
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure, Practice
from quietdrop.domain.intake import Intake

BEGIN = (LAST_DAY - EPOCH).days - 7 * WEEKS  # the first day, in days since 1970-01-01
LINES, PAYERS = ("Spine", "Joint", "Hand", "Sports"), ("Commercial", "Medicare", "Workers")
LOCATIONS, CLOSING = ("Main", "North"), "West"
FIRST = "Lakeside,Cedar Hill,Oak Grove,Riverbend,Summit,Harbor,Elm Street,Maple,Prairie,Stonegate"
SECOND = "Family Medicine,Internal Medicine,Pediatrics,Primary Care,Sports Clinic,Physical Therapy"
TOWNS = "Salem,Dover,Brookfield,Milton,Ashland,Georgetown,Clayton,Newport,Fairview,Auburn,Burton"
KEY = ["practice_id", "provider", "service_line", "payer", "location", "day", "recorded"]


@dataclass
class Network:
    """Rows of one referral each, with the columns of an Intake's counts and their week."""

    rng: np.random.Generator
    rows: pd.DataFrame
    practices: dict[str, Practice]
    rate: dict[str, float]
    closures: list[Closure] = field(default_factory=list)

    def of(self, key: str, week: int, until: int = WEEKS) -> pd.Series:
        """Which rows are the practice's from that week on."""
        when = self.rows["week"]
        return (self.rows["practice_id"] == key) & (when >= week) & (when < until)

    def drop(self, gone: pd.Series) -> None:
        """Takes rows away."""
        self.rows = self.rows[~gone].reset_index(drop=True)

    def top(self, key: str, column: str) -> str:
        """The commonest provider, line or other of a practice."""
        return str(self.rows.loc[self.rows["practice_id"] == key, column].mode().iloc[0])

    def intake(self) -> Intake:
        """All of it, as if it had been read."""
        counts = self.rows.groupby(KEY, as_index=False, sort=True).size()
        counts = counts.rename(columns={"size": "referrals"})
        names = {npi: f"Dr. {npi[-4:]}" for npi in counts["provider"].unique()}
        return Intake(
            counts=counts,
            practices=self.practices,
            liaisons={},
            touches=(),
            rows_read=len(self.rows),
            newest=EPOCH + timedelta(days=int(counts["day"].max())),
            closures=tuple(self.closures),
            provider_names=names,
            by_source=by_file(counts),
        )


def by_file(counts: pd.DataFrame) -> pd.DataFrame:
    """The same referrals by day as two files deliver them: half of the practices in each."""
    east = counts["practice_id"].str[-1].isin(list("01234"))
    named = counts.assign(source=east.map({True: "east.csv", False: "west.csv"}))
    return named.groupby(["source", "day"], as_index=False).agg({"referrals": "sum"})


def steady(seed: int, practices: int) -> Network:
    """A network in which nothing happens."""
    rng = np.random.default_rng([seed, 77])
    effect = week_effects(rng)
    network = Network(rng, pd.DataFrame(), {}, {})
    parts = []
    for number in range(practices):
        key = f"P{number:04d}"
        network.practices[key] = _practice(key, number)
        network.rate[key] = float(np.exp(rng.normal(0.2, 0.8)).clip(0.2, 10.0))
        parts.append(_referrals(rng, key, network.rate[key] * effect))
    network.rows = pd.concat(parts, ignore_index=True)
    return network


def _practice(key: str, number: int) -> Practice:
    """No two share name and town; every phone and house is its own."""
    firsts, seconds, towns = FIRST.split(","), SECOND.split(","), TOWNS.split(",")
    name = f"{firsts[number % len(firsts)]} {seconds[number // len(firsts) % len(seconds)]}"
    return Practice(
        key,
        name,
        liaison=f"liaison{number % 4}@clinic.example",
        town=towns[number % len(towns)],
        phone=f"(555) 01{number // 1000}-{1000 + 7 * number % 9000:04d}",
        address=f"{3 * number + 1} {firsts[number * 7 % len(firsts)]} Road",
    )


def _referrals(rng: np.random.Generator, key: str, mean: np.ndarray) -> pd.DataFrame:
    """One row a referral; who sends, what and whither is the practice's own mixture."""
    number = rng.poisson(mean)
    week = np.repeat(np.arange(len(mean)), number)
    day = BEGIN + 7 * week + rng.choice(5, len(week), p=WEEKDAYS)
    providers = [f"{key[1:]}{place:06d}" for place in range(int(rng.integers(1, 5)))]
    chosen: dict[str, np.ndarray] = {}
    for column, values in (
        ("provider", providers),
        ("service_line", LINES),
        ("payer", PAYERS),
        ("location", LOCATIONS),
    ):
        mixture = rng.dirichlet(np.full(len(values), 2.0))
        chosen[column] = rng.choice(np.array(values), len(week), p=mixture)
    late = np.minimum(rng.geometric(0.4, len(week)), 12)
    return pd.DataFrame(
        {"practice_id": key, **chosen, "day": day, "recorded": day + late, "week": week}
    )


@dataclass(frozen=True)
class Plant:
    """`kind` is what it should be called, "" where by no name; `other` the practice that goes on,
    where there is one; `spare` another practice that is touched."""

    label: str
    kind: str
    key: str
    week: int
    other: str = ""
    spare: str = ""


Planting = Callable[[Network, str, int, str], str]


def _new_id(network: Network, key: str, name: str, phone: str = "") -> str:
    """A directory entry of its own in the same town, of no known address."""
    other = f"N{key[1:]}"
    network.practices[other] = replace(
        network.practices[key], practice_id=other, name=name, phone=phone, address=""
    )
    return other


def _goes_on(network: Network, key: str, week: int, other: str, *, same: bool) -> str:
    """The rows go on under another practice's id; with `same`, by the same providers."""
    later = network.of(key, week)
    network.rows.loc[later, "practice_id"] = other
    if not same:
        network.rows.loc[later, "provider"] = ""
        network.rows.loc[network.of(key, 0), "provider"] = ""
    return other


def renamed(network: Network, key: str, week: int, _: str) -> str:
    """A new id, name, address and phone; the same providers."""
    return _goes_on(network, key, week, _new_id(network, key, f"Union {key}"), same=True)


def respelt(network: Network, key: str, week: int, _: str) -> str:
    """No provider is known; the name is spelt differently, and there is no phone."""
    name = network.practices[key].name
    letter = int(network.rng.integers(1, len(name) - 2))
    typo = name[:letter] + name[letter + 1] + name[letter] + name[letter + 2 :]
    spelt = (typo, f"{name}, PLLC", f"The {name} LLC", name.replace("Medicine", "Med."))
    other = _new_id(network, key, str(network.rng.choice(spelt)))
    return _goes_on(network, key, week, other, same=False)


def rephoned(network: Network, key: str, week: int, _: str) -> str:
    """No provider is known, the name is another; the phone is written in another way."""
    digits = "".join(letter for letter in network.practices[key].phone if letter.isdigit())
    area, office, line = digits[:3], digits[3:6], digits[6:]
    written = (
        f"{area}.{office}.{line}",
        f"+1 {area} {office} {line}",
        f"1-{area}-{office}-{line}",
        f"{area}-{office}-{line} ext. 12",
    )
    other = _new_id(network, key, f"Union {key}", str(network.rng.choice(written)))
    return _goes_on(network, key, week, other, same=False)


def merged(network: Network, key: str, week: int, spare: str) -> str:
    """All its providers go on at an older practice of ours."""
    return _goes_on(network, key, week, spare, same=True)


def moved(network: Network, key: str, week: int, spare: str) -> str:
    """Its biggest provider goes on at another practice of ours."""
    biggest = network.rows["provider"] == network.top(key, "provider")
    network.rows.loc[network.of(key, week) & biggest, "practice_id"] = spare
    return spare


def redistributed(network: Network, key: str, week: int, _: str) -> str:
    """Its biggest provider stops, and the others send those patients."""
    top = network.top(key, "provider")
    others = network.rows.loc[network.of(key, 0), "provider"].unique()
    others = others[others != top]
    theirs = network.of(key, week) & (network.rows["provider"] == top)
    network.rows.loc[theirs, "provider"] = network.rng.choice(others, int(theirs.sum()))
    return ""


def absent(network: Network, key: str, week: int, _: str) -> str:
    """Nothing for two to four weeks."""
    network.drop(network.of(key, week, week + int(network.rng.integers(2, 5))))
    return ""


def closed(network: Network, key: str, week: int, _: str) -> str:
    """Most of its patients go to a location of ours that closes for four weeks."""
    of_practice = network.of(key, 0)
    there = of_practice & (network.rng.random(len(of_practice)) < 0.8)
    network.rows.loc[there, "location"] = CLOSING
    first = EPOCH + timedelta(days=BEGIN + 7 * week)
    closure = Closure(first, first + timedelta(days=27), CLOSING)
    network.closures = [closure]
    gone = network.rows["week"].between(week, week + 3)
    network.drop(gone & (network.rows["location"] == CLOSING))
    return ""


def batch(network: Network, key: str, week: int, _: str) -> str:
    """A health fair: one week of 20 referrals and twelve times the usual on top."""
    rows = network.rows[network.of(key, 0)]
    size = 20 + round(12 * network.rate[key])
    extra = rows.sample(size, replace=True, random_state=week).assign(week=week)
    extra["day"] = BEGIN + 7 * week + network.rng.choice(5, size, p=WEEKDAYS)
    extra["recorded"] = extra["day"] + 1
    network.rows = pd.concat([network.rows, extra], ignore_index=True)
    return ""


def honeymoon(network: Network, key: str, week: int, _: str) -> str:
    """New: three times its usual for the first eight weeks."""
    network.drop(network.of(key, 0, week - 24))
    for back in (16, 8):  # two earlier spans of eight weeks come on top
        earlier = network.of(key, week - 8 - back, week - back)
        columns = ["day", "recorded", "week"]
        network.rows.loc[earlier, columns] += [7 * back, 7 * back, back]
    return ""


def newcomer(network: Network, key: str, week: int, _: str) -> str:
    """New for eight weeks, and as busy in its first weeks as later."""
    network.drop(network.of(key, 0, week - 8))
    return ""


def second_site(network: Network, key: str, week: int, spare: str) -> str:
    """Its biggest provider sends some of another practice's patients too, and stays here."""
    there = network.of(spare, week) & (network.rng.random(len(network.rows)) < 0.3)
    network.rows.loc[there, "provider"] = network.top(key, "provider")
    return ""


def line_leaves(network: Network, key: str, week: int, _: str) -> str:
    """Its commonest service line vanishes, the others go on."""
    line = network.rows["service_line"] == network.top(key, "service_line")
    network.drop(network.of(key, week) & line)
    return ""


def referrer_leaves(network: Network, key: str, week: int, _: str) -> str:
    """Its biggest provider vanishes, the others go on."""
    biggest = network.rows["provider"] == network.top(key, "provider")
    network.drop(network.of(key, week) & biggest)
    return ""


def as_of(week: int) -> date:
    """The morning before week `week`."""
    return EPOCH + timedelta(days=BEGIN + 7 * week)
