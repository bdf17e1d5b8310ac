"""check: the other systems that hear of check-ins, or sign people in for us."""

from __future__ import annotations

from urllib.parse import urlsplit

from quietdrop.cli.app import show_cause
from quietdrop.cli.bootstrap import OIDC_VARIABLE, provider, receiver
from quietdrop.cli.in_demo import links
from quietdrop.cli.screen import show_marked
from quietdrop.config import Settings
from quietdrop.domain.errors import ConfigError, QuietdropError


def check_webhook(of: Settings) -> bool:
    """Shows a line about `[webhook]`, where it is set. Returns whether events can leave."""
    if of.webhook.url is None:
        return True
    from quietdrop.delivery.webhook import KEY_VARIABLE
    from quietdrop.lib.web_post import reach

    host = _host(of.webhook.url)
    try:
        to = receiver(of)
    except ConfigError as error:
        show_marked(f"webhook  !!  {error}")
        return False
    reply = reach(of.webhook.url)
    if reply.code is None:
        show_marked(
            f"webhook  !!  {host} cannot be reached: {reply.why}; events wait for five days"
        )
        return False
    signed = f"signed with {KEY_VARIABLE}" if to and to.key else "not signed"
    show_marked(f"webhook  ok  {host} can be reached; format {of.webhook.format}, {signed}")
    return True


def check_oidc(of: Settings) -> bool:
    """Shows a line about `[oidc]`, where it is set. Returns whether people can sign in there."""
    if of.oidc.issuer is None:
        return True
    try:
        pages = links(of)
        at = provider(of, pages.base_url if pages else "")
    except QuietdropError as error:
        show_marked(f"oidc     !!  {error}")
        return False
    if pages is None or at is None:
        show_marked("oidc     --  there are no pages to sign in to")
        return True
    from quietdrop.web.oidc_provider import ProviderAway

    host = _host(of.oidc.issuer)
    try:
        at.check()
    except ProviderAway as error:
        show_cause(error)
        show_marked(
            f"oidc     !!  {host} {error}; until that is fixed, people sign in by a mailed link"
        )
        return False
    show_marked(
        f"oidc     ok  {host} answers, {OIDC_VARIABLE} is set; it must know the redirect address "
        f"{at.redirect_uri}"
    )
    return True


def _host(url: str) -> str:
    """The address without its path and login, which may be secrets."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"
