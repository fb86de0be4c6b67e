"""A small OpenID provider for tests and laptops: it speaks as Google and Apple do, and signs in whom it is told to."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Document = dict[str, Any]


@dataclass
class OpenIdProvider:
    """Strict in what OAuth asks of a client: redirect, PKCE, the client's secret, and that a code is good once."""

    issuer: str
    client_id: str = "metco"
    client_secret: str = "known to both"
    redirect_uri: str = "https://metco.example/signed-in"
    overrides: Document = field(default_factory=dict)  # what an id token says instead of the truth, for tests
    _codes: dict[str, Document] = field(default_factory=dict)
    asked: int = 0

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def setting(self) -> Document:
        """What an operator writes into identity's settings."""
        return {"issuer": self.issuer, "client_id": self.client_id, "redirect_uri": self.redirect_uri}

    def consent(self, url: str, **claims: Any) -> dict[str, str]:
        """The person comes by this address, signs in and agrees: what is appended to the page they are sent back to."""
        asked = dict(parse_qsl(urlsplit(url).query))
        if not url.startswith(f"{self.issuer}/authorize?"):
            raise ValueError(f"{url} is not where this provider lives.")
        expected = {"response_type": "code", "client_id": self.client_id, "redirect_uri": self.redirect_uri}
        if {name: asked.get(name) for name in expected} != expected or asked["code_challenge_method"] != "S256":
            raise ValueError(f"This provider knows no such client: {asked}")
        code = secrets.token_urlsafe(16)
        self._codes[code] = {"challenge": asked["code_challenge"], "nonce": asked["nonce"], "claims": claims}
        return {"code": code, "state": asked["state"]}

    def answer(self, address: str, form: dict[str, str] | None = None) -> tuple[int, Document]:
        self.asked += 1
        match address.removeprefix(self.issuer):
            case "/.well-known/openid-configuration":
                ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
                return 200, {"issuer": self.issuer, **{name: f"{self.issuer}/{end}" for name, end in ends.items()}}
            case "/keys":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
                return 200, {"keys": [{**public, "kid": "first", "alg": "RS256", "use": "sig"}]}
            case "/token" if form:
                return self._token(form)
        return 404, {}

    def _token(self, form: dict[str, str]) -> tuple[int, Document]:
        known = self._codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        client = (form.get("client_id"), form.get("client_secret"), form.get("redirect_uri"))
        if client != (self.client_id, self.client_secret, self.redirect_uri):
            return 401, {"error": "invalid_client"}
        if not known or known["challenge"] != proven or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": known["nonce"]}
        said |= known["claims"] | self.overrides
        token = jwt.encode(said, self.key, algorithm="RS256", headers={"kid": "first"})
        return 200, {"id_token": token, "access_token": "not used", "token_type": "Bearer", "expires_in": 300}


@contextmanager
def serving(**known: Any) -> Iterator[OpenIdProvider]:
    """On a port of its own. Its page to sign in takes whatever claims the address has besides what OpenID asks for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name for it
            path, _, query = self.path.partition("?")
            if path != "/authorize":
                self._tell(*provider.answer(f"{provider.issuer}{path}"))
                return
            claims = {name: value for name, value in parse_qsl(query) if name in ("sub", "email", "name")}
            back = provider.consent(f"{provider.issuer}{self.path}", email_verified=True, **claims)
            self.send_response(302)
            self.send_header("Location", f"{provider.redirect_uri}?{urlencode(back)}")
            self.end_headers()

        def do_POST(self) -> None:  # likewise
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._tell(*provider.answer(f"{provider.issuer}{self.path}", dict(parse_qsl(body))))

        def _tell(self, status: int, document: Document) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_: Any) -> None:
            """Nobody reads along."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = OpenIdProvider(issuer=f"http://127.0.0.1:{server.server_port}", **known)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
