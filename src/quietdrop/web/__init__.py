"""The pages behind the digest's links: plain HTML that works without JavaScript."""

from quietdrop.web.app import create_app
from quietdrop.web.context import Desk
from quietdrop.web.server import serving

__all__ = ["Desk", "create_app", "serving"]
