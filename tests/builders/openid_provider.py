"""A local OpenID Connect provider over real HTTP, whose tokens a test may bend."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "quietdrop-desk", "a secret between two"


@dataclass
class OpenIdProvider:
    """`claims` win over those of a right token; `is_away` answers 503 to everything."""

    issuer: str
    now: int
    claims: dict[str, Any] = field(default_factory=dict)
    is_away: bool = False
    key: jwk.RSAKey = field(default_factory=lambda: jwk.RSAKey.generate_key(2048))
    signing: jwk.RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def sign_in(self, query: dict[str, str]) -> str:
        """Where the provider sends the browser that it has signed in."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What a code is worth, once, to who holds the verifier."""
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "patient Doe"}
        claims = {
            "iss": self.issuer,
            "sub": "1",
            "aud": CLIENT,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
            "email": "mo@example.com",
            "email_verified": True,
        }
        header = {"alg": "RS256", "kid": self.key.thumbprint()}
        signed = jwt.encode(header, claims | self.claims, self.signing or self.key)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": signed}


@contextmanager
def openid_provider(now: int) -> Iterator[OpenIdProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            url = provider.issuer
            if provider.is_away:
                self.reply(503, {})
            elif parts.path == "/.well-known/openid-configuration":
                names = {"authorization_endpoint": "in", "token_endpoint": "token"}
                ends = {name: f"{url}/{path}" for name, path in names.items()}
                self.reply(200, {"issuer": url, "jwks_uri": f"{url}/keys"} | ends)
            elif parts.path == "/keys":
                public = provider.key.as_dict(private=False) | {"kid": provider.key.thumbprint()}
                self.reply(200, {"keys": [public]})
            else:
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.sign_in(query))
                self.end_headers()

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            self.reply(*provider.token(form))

        def reply(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = OpenIdProvider(f"http://127.0.0.1:{server.server_port}", now)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
