"""What every application of ours begins with: its headers, its limits, and its refusals."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from quietdrop.domain.errors import LinkRefused, StoreError
from quietdrop.lib import text
from quietdrop.lib.places import full_address, map_url
from quietdrop.lib.reader import decimal, money, write_for
from quietdrop.messages import templating
from quietdrop.messages.wording import figures, visits
from quietdrop.web.chart import chart
from quietdrop.web.context import Desk
from quietdrop.web.file_page import STYLE

SCRIPT = Path(__file__).with_name("desk.js").read_text(encoding="utf-8")
LARGEST_FORM = 32 * 1024  # bytes; a note of 2,000 Chinese characters takes 18,000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
REFUSED = {
    "forged": (
        403,
        "This link is not one of ours",
        "A letter of it may be lost, or it is from before all links were renewed. Please tap the "
        "one in your newest digest.",
    ),
    "expired": (
        410,
        "This link has ended",
        "Links work for a few weeks. Your newest digest has new ones.",
    ),
    "stopped": (
        410,
        "This link was stopped",
        "A new one went to the mailbox that it belongs to. The next digest has new ones, too.",
    ),
    "busy": (
        429,
        "That is enough for one day",
        "The links of one mail take 30 answers a day. Nothing was recorded this time: please go on "
        "tomorrow. If it was not you who gave them, stop this link: the way is on your list.",
    ),
    "foreign": (
        403,
        "This practice is not on your list",
        "Somebody else looks after it now. Your own list is behind the link in your digest.",
    ),
    "unknown": (
        404,
        "This is no longer here",
        "What this link pointed to is gone. Your newest digest has the current list.",
    ),
    "used": (
        410,
        "This link was used",
        "It signs in once. Please have a new one sent to you.",
    ),
    "openid": (
        403,
        "That did not sign you in",
        "The sign-in service did not confirm an address that may see these pages, or it took too "
        "long. Please begin again, or have a link mailed to you.",
    ),
    "reopen": (
        410,
        "This address was used",
        "It signs in one browser, once. Please start the command again that showed it.",
    ),
    "signed out": (
        403,
        "You are not signed in any more",
        "Nothing was changed. Please sign in again, then do it once more.",
    ),
    "role": (
        403,
        "This page is not for your role",
        "Operators see how the service is; managers see the practices.",
    ),
    "host": (
        403,
        "This is not our address",
        "These pages answer only to the address that their command has shown.",
    ),
    "insecure": (
        403,
        "Signing in needs a secure connection",
        "The address of these pages begins with http, and a browser keeps no session for it. "
        "Whoever runs quietdrop puts TLS before it and an https address into [web] base_url.",
    ),
    "form": (
        400,
        "This form is too old",
        "Nothing was recorded. Please open the link in your digest again.",
    ),
}


class Pages(Flask):
    """The application, which keeps links out of its log: the path of a request is one."""

    def log_exception(self, exc_info: Any) -> None:
        """Logs an error that nobody caught, by the name of the page."""
        self.logger.error("the page %s could not be made", request.endpoint, exc_info=exc_info)


def bare_app(desk: Desk) -> Flask:
    """An application with no pages yet but its style sheet and its script."""
    app = Pages(__name__, static_folder=None)
    app.jinja_options = {
        "autoescape": True,  # whatever a template is called
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=20
    )
    app.jinja_env.filters["clean"] = text.single_line
    app.jinja_env.filters["dial"] = templating.dial
    app.jinja_env.filters["count"] = figures.count
    app.jinja_env.filters["day"] = lambda when: figures.day(when, desk.today())
    app.jinja_env.filters["short_day"] = lambda when: figures.short_day(when, desk.today())
    app.jinja_env.filters["decimal"] = decimal
    app.jinja_env.filters["number"] = figures.number
    app.jinja_env.filters["loss"] = figures.loss
    app.jinja_env.filters["money"] = money
    app.jinja_env.filters["rate"] = figures.rate
    app.jinja_env.filters["sentence"] = lambda words: words if words.endswith(".") else f"{words}."
    app.jinja_env.filters["begins"] = lambda words: words[:1].upper() + words[1:]
    app.jinja_env.filters["map_link"] = lambda card: map_url(full_address(card.address, card.town))
    app.jinja_env.filters["due"] = lambda promise: visits.due(promise, desk.today())
    app.jinja_env.filters["unseen"] = lambda seen_on: visits.unseen(seen_on, desk.today())
    country = desk.settings().calendar.country
    app.jinja_env.globals.update(chart=chart, base=desk.links.base_url)
    _add_files(app)
    _add_refusals(app)

    _read_once(app, desk)

    @app.before_request
    def write_for_the_reader() -> None:
        write_for(country)

    @app.before_request
    def refuse_uploads() -> None:
        """No form of ours uploads a file; an upload would stay open until it is collected."""
        if request.mimetype == "multipart/form-data":
            abort(415)

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def _read_once(app: Flask, desk: Desk) -> None:
    """A page that only reads sees one state of the store, through one connection."""

    @app.before_request
    def begin_view() -> None:
        if request.method in ("GET", "HEAD"):
            g.view = ExitStack()
            g.view.enter_context(desk.store.one_view())

    @app.teardown_request
    def end_view(_: BaseException | None) -> None:
        view = g.pop("view", None)
        if view is not None:
            view.close()


def _add_files(app: Flask) -> None:
    @app.get("/style.css")
    def style() -> Response:
        return Response(STYLE, mimetype="text/css")

    @app.get("/desk.js")
    def script() -> Response:
        return Response(SCRIPT, mimetype="text/javascript")


def _add_refusals(app: Flask) -> None:
    @app.errorhandler(LinkRefused)
    def refused(error: LinkRefused) -> tuple[str, int]:
        status, title, what = REFUSED[error.why]
        return render_template("refused.html.j2", title=title, what=what), status

    @app.errorhandler(HTTPException)
    def wrong(error: HTTPException) -> tuple[str, int]:
        titles = {404: "There is no such page", 413: "That was too long for us"}
        title = titles.get(error.code or 500, "That did not work")
        what = "Nothing was changed. Please go back to the link in your digest."
        return render_template("refused.html.j2", title=title, what=what), error.code or 500

    @app.errorhandler(StoreError)
    def unavailable(error: StoreError) -> tuple[str, int]:
        app.logger.error("a page could not be served: %s", error)
        title = "We cannot look that up just now"
        what = "Nothing was changed. Please try again in a few minutes."
        return render_template("refused.html.j2", title=title, what=what), 503
