"""The pages behind the digest's links: plain HTML that works without JavaScript."""

from quietdrop.web.app import create_app
from quietdrop.web.context import Desk
from quietdrop.web.local_sign_in import LocalSignIn, open_url
from quietdrop.web.server import serving

__all__ = ["Desk", "LocalSignIn", "create_app", "open_url", "serving"]
