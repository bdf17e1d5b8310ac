"""An OpenID Connect provider: where people sign in, and who it says has signed in.

Only the verified address is used. `authlib` comes with the extra `oidc` and is imported when
somebody signs in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from quietdrop.lib.loopback import is_loopback

TIMEOUT = 5.0  # seconds a request; signing in takes three, and a page has thirty
LEEWAY = 60  # seconds by which its clock may differ from ours
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ALGORITHMS = ["RS256", "PS256", "ES256"]  # signed with a key of its own; never "none"


class ProviderAway(Exception):
    """The provider does not answer, or not as it should; the message says why, such as "answers
    503"."""


class NotVerified(Exception):
    """The provider's answer does not prove who signed in here."""


@dataclass(frozen=True)
class Attempt:
    """What ties a provider's answer to the browser that asked, and to nothing else."""

    state: str
    nonce: str
    verifier: str  # PKCE, RFC 7636


@dataclass(frozen=True)
class Provider:
    """As configured; `redirect_uri` is our page that people come back to."""

    issuer: str
    client_id: str
    secret: str
    redirect_uri: str

    def sign_in_url(self, attempt: Attempt) -> str:
        """The provider's page for an attempt. ProviderAway."""
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self._endpoint(self._metadata(session), "authorization_endpoint"),
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(url)

    def check(self) -> None:
        """Asks the provider what it offers. ProviderAway."""
        with self._session() as session:
            metadata = self._metadata(session)
        for name in ENDPOINTS:
            self._endpoint(metadata, name)

    def verified_address(self, code: str, attempt: Attempt, now: datetime) -> str:
        """The address of who signed in with this very attempt.

        Raises:
            ProviderAway: It does not answer.
            NotVerified: The code, the token, its audience or its nonce is wrong, or the provider
                does not vouch for the address.
        """
        from authlib.common.errors import AuthlibBaseError
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwk, jwt
        from joserfc.errors import JoseError
        from requests import RequestException

        with self._session() as session:
            metadata = self._metadata(session)
            keys: Any = self._json(session, self._endpoint(metadata, "jwks_uri"))
            try:
                answer = session.fetch_token(
                    self._endpoint(metadata, "token_endpoint"),
                    code=code,
                    code_verifier=attempt.verifier,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                )
                key_set = jwk.KeySet.import_key_set(keys)
                token = jwt.decode(str(answer.get("id_token")), key_set, algorithms=ALGORITHMS)
                wanted = {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                }
                params = {"nonce": attempt.nonce, "client_id": self.client_id}
                claims = CodeIDToken(token.claims, token.header, wanted, params)
                claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
            except RequestException as error:
                raise ProviderAway("does not answer") from error
            except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
                raise NotVerified from error
        email = claims.get("email")
        if claims.get("email_verified") is not True or not isinstance(email, str):
            raise NotVerified
        return email

    def _session(self) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.client_id,
            self.secret,
            scope="openid email",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
        )

    def _metadata(self, session: Any) -> dict[str, Any]:
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = self._json(session, url)
        if metadata.get("issuer") != self.issuer:
            raise ProviderAway("names another issuer than [oidc] issuer")
        return metadata

    def _json(self, session: Any, url: str) -> dict[str, Any]:
        from requests import RequestException

        try:
            answer = session.get(url, timeout=TIMEOUT, allow_redirects=False, withhold_token=True)
            content = answer.json() if answer.status_code == 200 else None
        except ValueError as error:  # of requests, where it is no JSON
            raise ProviderAway("does not answer with JSON") from error
        except RequestException as error:
            raise ProviderAway("does not answer") from error
        if answer.status_code != 200:
            raise ProviderAway(f"answers {answer.status_code}")
        if not isinstance(content, dict):
            raise ProviderAway("does not answer with JSON")
        return content

    def _endpoint(self, metadata: dict[str, Any], name: str) -> str:
        url = metadata.get(name)
        if not isinstance(url, str) or not (urlsplit(url).scheme == "https" or is_loopback(url)):
            raise ProviderAway(f"gives no https address as its {name}")
        return url
