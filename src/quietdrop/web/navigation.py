"""The header of a page: which pages its reader has, and who is reading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who reads a page. An operator sees fleet and health, and no practice."""

    LIAISON = "liaison"
    MANAGER = "manager"
    OPERATOR = "operator"


@dataclass(frozen=True)
class PageLink:
    """A page of the header; `rest` is its path below the reader's own address."""

    label: str
    rest: str


PAGES: dict[Role, tuple[PageLink, ...]] = {
    Role.LIAISON: (
        PageLink("My week", ""),
        PageLink("My practices", "/practices"),
        PageLink("Log a visit", "/visit"),
    ),
    Role.MANAGER: (
        PageLink("Overview", ""),
        PageLink("Practices", "/book"),
        PageLink("The quarter", "/quarter"),
        PageLink("Thresholds", "/thresholds"),
        PageLink("People", "/people"),
        PageLink("Gifts", "/gifts"),
        PageLink("Audit", "/audit"),
    ),
    Role.OPERATOR: (PageLink("The service", "/service"),),
}


@dataclass(frozen=True)
class Navigation:
    """What the header shows.

    Attributes:
        home: the address of the reader's first page; the other pages lie below it.
        who: the reader, as the page names her.
        current: the label of the page that is shown; "" where it is none of the header's.
        form: what each form of the page carries where its reader has signed in, else "".
        links: the pages of the header; None: those of the role.
    """

    role: Role
    home: str
    who: str
    current: str = ""
    form: str = ""
    links: tuple[PageLink, ...] | None = None

    @property
    def pages(self) -> tuple[tuple[PageLink, str], ...]:
        """The pages of the header, with their addresses."""
        links = PAGES[self.role] if self.links is None else self.links
        return tuple((page, self.home + page.rest) for page in links)
