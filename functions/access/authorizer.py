"""The gateway's authorizer: checks the token, looks up the caller's standing, hands over a small principal.

A refused credential is passed on with its reason, so that the function behind answers with problem+json and logs it;
no function lets a caller without a principal past a route that is not public.
"""

import hashlib
from functools import cache
from typing import Any

import jwt
from jwt import PyJWKClient

from functions.access import rules
from functions.access.model import Caller, Standing
from functions.access.store import store
from functions.access.store.keys import keys
from kernel import aws, clock, log, passes, settings
from kernel.authz import Principal

MAX_TOKEN_CHARS = 8192
API_KEY = "mk_"
GUEST_PASS = "mg_"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    meter = log.Meter()
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    with log.correlated(headers.get("x-correlation-id", "")):
        admitted = admit(headers.get("authorization", ""))
        if isinstance(admitted, Principal):
            log.info("admitted", principal=admitted.id, **meter.read())
            return {"isAuthorized": True, "context": {"principal": admitted.to_context()}}
        log.info("not admitted", reason=admitted, **meter.read())
        return {"isAuthorized": True, "context": {"refused": admitted}}


def admit(authorization: str) -> Principal | str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN_CHARS:
        return "Send the access token as Authorization: Bearer …"
    if token.startswith(API_KEY):
        return admit_key(token)
    if token.startswith(GUEST_PASS):
        return admit_guest(token.removeprefix(GUEST_PASS))
    try:
        caller = verified(token)
    except jwt.ExpiredSignatureError:
        return "The access token has expired. Refresh the session."
    except jwt.PyJWKClientConnectionError:
        raise  # the keys cannot be had: an outage is not a refusal
    except jwt.PyJWTError:
        return "The access token is not valid."
    return rules.admit(caller, store().standing(caller))


def admit_key(secret: str) -> Principal | str:
    """As good as a password: only its hash is known here, and the first use of a day is told to whoever lists keys."""
    now = clock.now()
    key_hash = hashlib.sha256(secret.encode()).hexdigest()
    key = keys().key(key_hash)
    standing = store().standing(Caller(key.user_id, "")) if key else Standing()
    admitted = rules.admit_key(key, standing, now)
    if key and isinstance(admitted, Principal) and key.used_on != now.date():
        keys().used(key, key_hash, now.date())
    return admitted


def admit_guest(given: str) -> Principal | str:
    guest_id = passes.check(given, settings.key("guest", secret="GUESTS_SECRET_ID"), clock.now())
    return rules.admit_guest(guest_id, absorbed=bool(guest_id) and store().absorbed(guest_id or ""))


def verified(token: str) -> Caller:
    """Signature, algorithm, issuer, time, kind, client: access tokens name a client where others name an audience."""
    pool, client_id = settings.env("USER_POOL_ID"), settings.env("USER_POOL_CLIENT_ID")
    claims = jwt.decode(
        token,
        _keys(pool).get_signing_key_from_jwt(token).key,
        algorithms=["RS256"],
        issuer=f"https://cognito-idp.{settings.env('AWS_REGION')}.amazonaws.com/{pool}",
        options={"require": ["exp", "iat", "iss", "username", "origin_jti", "client_id", "token_use"]},
    )
    if claims["token_use"] != "access" or claims["client_id"] != client_id:
        raise jwt.InvalidAudienceError("not an access token of this client")
    return Caller(claims["username"], claims["origin_jti"])


@cache
def _keys(pool: str) -> PyJWKClient:
    """From wherever the SDK finds Cognito, so that an endpoint override holds for the keys too."""
    endpoint = aws.client("cognito-idp").meta.endpoint_url
    return PyJWKClient(f"{endpoint}/{pool}/.well-known/jwks.json", cache_keys=True, lifespan=3600, timeout=3)
