"""A liaison's week: practices to visit by town, promises due, and practices not seen for long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from quietdrop.checkins.standing import Standing, standings_of
from quietdrop.checkins.touches import snoozes_from
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.outcomes import NOTHING_WRONG_SLEEPS
from quietdrop.domain.promise import Promise
from quietdrop.domain.stop import Neighbor, Stop
from quietdrop.lib.places import MOST_STOPS, full_address, map_url, route_urls
from quietdrop.web.context import Desk

MOST_SHOWN = 40  # stops of one week; the rest are only counted
MOST_NEAR = 2  # drop-ins a town
MOST_GOOD = 6  # pieces of good news
WORTH_A_DROP_IN = timedelta(weeks=4)  # since the last contact


@dataclass(frozen=True)
class Visit:
    """A practice to see: its check-in, and what is known of it; `stop` is None where no run has
    seen it."""

    checkin: CheckIn
    stop: Stop | None

    @property
    def name(self) -> str:
        """The practice's name."""
        return self.stop.name if self.stop else self.checkin.practice_name

    @cached_property
    def address(self) -> str:
        """Its address for a map; empty if unknown."""
        return full_address(self.stop.address, self.stop.town) if self.stop else ""

    @cached_property
    def map_url(self) -> str:
        """A link to a map app; empty where there is no address."""
        return map_url(self.address) if self.address else ""


@dataclass(frozen=True)
class Town:
    """The stops of one town, and other practices there worth a drop-in."""

    name: str
    visits: tuple[Visit, ...]
    near: tuple[Neighbor, ...] = ()

    @cached_property
    def routes(self) -> list[tuple[str, str]]:
        """Links that lead to its stops, with what each says."""
        return routes(self.visits)


@dataclass(frozen=True)
class Week:
    """All that the page of a week shows."""

    towns: tuple[Town, ...]
    more: int  # to see, and not shown
    waiting: tuple[Standing, ...]  # seen, and not back yet
    asleep: tuple[Standing, ...]
    promised: tuple[Promise, ...]
    unseen: tuple[Stop, ...]
    good_news: tuple[tuple[str, str, str], ...]
    names: Mapping[str, str]  # of the practices to which something is promised

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """All stops, town by town."""
        return tuple(visit for town in self.towns for visit in town.visits)

    @cached_property
    def routes(self) -> list[tuple[str, str]]:
        """Links that lead through all towns; none where only one of them has an address."""
        with_address = [t for t in self.towns if any(v.address for v in t.visits)]
        return routes(self.visits) if len(with_address) > 1 else []


def week_of(desk: Desk, liaison: str) -> Week:
    """What a liaison's week holds today."""
    today, store = desk.today(), desk.store
    checkins = store.checkins.open(liaison)
    ids = [checkin.practice_id for checkin in checkins]
    stops = store.stops.of(ids)
    standings = _standings(desk, checkins, stops, today)
    to_see = [s for s in standings if not s.seen and not s.asleep_until]
    visits = [Visit(s.checkin, stops.get(s.checkin.practice_id)) for s in to_see[:MOST_SHOWN]]
    promised = store.promises.of_liaison(liaison)
    names = {key: stop.name for key, stop in stops.items()}
    names |= store.stops.names({p.practice_id for p in promised} - names.keys())
    most = desk.settings().visits.most_listed
    return Week(
        towns=_towns(visits, _neighbors(desk, liaison, visits, set(ids), today)),
        more=len(to_see) - len(visits),
        waiting=tuple(s for s in standings if s.seen and not s.asleep_until),
        asleep=tuple(s for s in standings if s.asleep_until),
        promised=tuple(promised),
        unseen=tuple(
            s for s in store.stops.unseen(liaison, today, most) if s.practice_id not in stops
        ),
        good_news=tuple(store.stops.good_news(liaison, MOST_GOOD)),
        names=names,
    )


def _standings(
    desk: Desk, checkins: list[CheckIn], stops: Mapping[str, Stop], today: date
) -> list[Standing]:
    ids = [checkin.practice_id for checkin in checkins]
    if not checkins:
        return []
    first = min(checkin.opened_on for checkin in checkins) - NOTHING_WRONG_SLEEPS
    touches = desk.store.touches.of(ids, since=first)
    touches += [touch for stop in stops.values() for touch in stop.touches]
    snoozes = [*desk.store.snoozes.of(ids), *snoozes_from(touches)]
    return standings_of(checkins, touches, snoozes, today)


def _neighbors(
    desk: Desk, liaison: str, visits: Iterable[Visit], busy: set[str], today: date
) -> list[Neighbor]:
    """Her practices in these towns that were not seen lately and are not on the plan anyway."""
    stops = [visit.stop for visit in visits if visit.stop]
    towns = {stop.town_key for stop in stops} - {""}
    postcodes = {stop.postcode for stop in stops} - {""}
    if not towns and not postcodes:
        return []
    return [
        near
        for near in desk.store.stops.neighbors(liaison, towns, postcodes, today - WORTH_A_DROP_IN)
        if near.practice_id not in busy
    ]


def _towns(visits: Iterable[Visit], neighbors: Iterable[Neighbor]) -> tuple[Town, ...]:
    """The visits by town, the towns in the order of their first visits."""
    groups: dict[str, list[Visit]] = {}
    for visit in visits:
        key = visit.stop.town_key or visit.stop.postcode if visit.stop else ""
        groups.setdefault(key, []).append(visit)
    left = list(neighbors)
    towns = []
    for theirs in groups.values():
        stops = [visit.stop for visit in theirs if visit.stop]
        near = [one for one in left if any(_is_near(one, stop) for stop in stops)][:MOST_NEAR]
        left = [one for one in left if one not in near]
        name = next((stop.town or stop.postcode for stop in stops), "")
        towns.append(Town(name, tuple(theirs), tuple(near)))
    return tuple(towns)


def _is_near(one: Neighbor, stop: Stop) -> bool:
    same_town = bool(stop.town_key) and one.town_key == stop.town_key
    return same_town or (bool(stop.postcode) and one.postcode == stop.postcode)


def routes(visits: Iterable[Visit]) -> list[tuple[str, str]]:
    """Links that lead to several stops in their order, with what each says; none where fewer than
    two of them have an address."""
    addresses = [visit.address for visit in visits if visit.address]
    urls = route_urls(addresses) if len(addresses) > 1 else []
    if len(urls) < 2:
        label = "both in a map" if len(addresses) == 2 else f"all {len(addresses)} in one map"
        return [(url, label) for url in urls]
    return [
        (url, f"stops {first + 1} to {min(first + MOST_STOPS, len(addresses))} in a map")
        for first, url in zip(range(0, len(addresses), MOST_STOPS), urls, strict=True)
    ]
