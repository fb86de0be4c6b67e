"""The only code that speaks to OpenID providers: their documents, their keys, and codes exchanged for what they say."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from functions.identity.model.social import Attempt, Claims, Provider
from kernel import clock, log, settings
from kernel.errors import Unavailable
from kernel.outside import Breaker

FRESH_FOR = timedelta(hours=1)
TIMEOUT_S = 3.0
MAX_BYTES = 200_000
ALGORITHMS = ["RS256", "ES256"]
_documents: dict[str, tuple[datetime, dict[str, Any]]] = {}
_breakers: dict[str, Breaker] = {}
_connections: Any = None


def authorization_endpoint(provider: Provider) -> str:
    return str(_configuration(provider)["authorization_endpoint"])


def claims(provider: Provider, code: str, attempt: Attempt) -> Claims | None:
    """None: the provider does not know the code, or what it says is not to be believed."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.redirect_uri,
        "client_id": provider.client_id,
        "client_secret": _client_secret(provider),
        "code_verifier": attempt.verifier,
    }
    status, answer = _ask(provider, _configuration(provider)["token_endpoint"], asked)
    if status != 200 or "id_token" not in answer:
        log.info("provider refused", provider=provider.name, status=status)
        return None
    return _believed(provider, str(answer["id_token"]), attempt.nonce)


def _believed(provider: Provider, token: str, nonce: str) -> Claims | None:
    """Signature, algorithm, issuer, audience, time, and that it was said for this very attempt."""
    import jwt  # here, not on top: only those who come from a provider need it

    try:
        said: dict[str, Any] = jwt.decode(
            token,
            key=_key(provider, jwt.get_unverified_header(token).get("kid", "")),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=60,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, KeyError):
        log.warning("provider not believed", provider=provider.name)
        return None
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if said.get("nonce") != nonce or (several and said.get("azp") != provider.client_id):
        log.warning("provider not believed", provider=provider.name)
        return None
    verified = said.get("email_verified") in (True, "true")  # Apple says it in a text
    return Claims(
        subject=said["sub"],
        email=str(said.get("email", "")),
        email_verified=verified,
        name=str(said.get("name", ""))[:100].strip(),
    )


def _key(provider: Provider, key_id: str) -> Any:
    """A key that is not there may be a new one: looked up once more, past what is remembered."""
    import jwt  # as above

    address = str(_configuration(provider)["jwks_uri"])
    for fresh_for in (FRESH_FOR, timedelta(minutes=1)):
        keys = jwt.PyJWKSet.from_dict(_document(provider, address, fresh_for))
        for key in keys.keys:
            if key.key_id == key_id:
                return key.key
    raise KeyError(key_id)


def _configuration(provider: Provider) -> dict[str, Any]:
    return _document(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", FRESH_FOR)


def _document(provider: Provider, address: str, fresh_for: timedelta) -> dict[str, Any]:
    now = clock.now()
    kept = _documents.get(address)
    if not kept or now - kept[0] > fresh_for:
        status, document = _ask(provider, address)
        if status != 200:
            raise Unavailable(f"{provider.name} does not answer. Try again, or sign in another way.")
        _documents[address] = kept = (now, document)
    return kept[1]


def _client_secret(provider: Provider) -> str:
    """Most have a text. Apple has a key: with it we sign, each time, that we are who we are."""
    secret = json.loads(settings.secret("PROVIDERS_SECRET_ID")).get(provider.name, "")
    if isinstance(secret, str):
        return secret
    import jwt  # as above

    now = clock.epoch_s(clock.now())
    said = {"iss": secret["team"], "iat": now, "exp": now + 300, "aud": provider.issuer, "sub": provider.client_id}
    return jwt.encode(said, secret["key"], algorithm="ES256", headers={"kid": secret["key_id"]})


def _ask(provider: Provider, address: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    breaker = _breakers.setdefault(provider.name, Breaker(provider.name))
    with breaker.guard():
        return fetch(address, form)


def fetch(address: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """GET, or POST a form. No redirects, no retries, no more than a document's worth of bytes."""
    import urllib3  # here, not on top: it comes with boto3, whose clients a function makes first

    global _connections
    _connections = _connections or urllib3.PoolManager(timeout=TIMEOUT_S, retries=False)
    headers = {"Accept": "application/json"} | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {})
    body = urlencode(form) if form else None
    try:
        answer = _connections.request(
            "POST" if form else "GET", address, body=body, headers=headers, redirect=False, preload_content=False
        )
        text = answer.read(MAX_BYTES)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise OSError(f"{address} cannot be reached") from error
    if answer.status >= 500:
        raise OSError(f"{address} answers {answer.status}")
    try:
        document = json.loads(text)
    except ValueError:
        document = {}
    return answer.status, document if isinstance(document, dict) else {}


def forget() -> None:
    """Drop every document that was read. For tests."""
    _documents.clear()
    _breakers.clear()
