"""A Cognito user pool in memory: the admin calls that identity makes, and tokens signed as Cognito signs them."""

import json
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.chaos.faults import client_error
from tests.chaos.memory_services import Client
from tests.chaos.wire import Parameters, Wire

KEY_ID = "chaos"
ACCESS_TOKEN_LIFE_S = 900
NEVER = 4_102_444_800  # 2100: PyJWT reads the machine's clock, which knows nothing of a simulation's


@cache
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwks() -> dict[str, Any]:
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key().public_key()))
    return {"keys": [{**key, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}


class Grant(NamedTuple):
    username: str
    origin_jti: str
    auth_time: int


class MemoryCognito(Client):
    service = "cognito-idp"

    def __init__(
        self, wire: Wire, chance: random.Random, now: Callable[[], datetime], *, pool: str, client_id: str
    ) -> None:
        super().__init__(wire)
        self._chance, self._now, self._client_id = chance, now, client_id
        self._issuer = f"https://cognito-idp.{pool.partition('_')[0]}.amazonaws.com/{pool}"
        self.meta = SimpleNamespace(endpoint_url="https://cognito-idp.invalid")
        self.passwords: dict[str, str] = {}
        self.grants: dict[str, Grant] = {}
        self.issued: list[str] = []  # every token ever, for whoever must not find one where it does not belong

    def admin_create_user(self, **parameters: Any) -> dict[str, Any]:
        return self._send("AdminCreateUser", parameters, self._create)

    def admin_set_user_password(self, **parameters: Any) -> dict[str, Any]:
        return self._send("AdminSetUserPassword", parameters, self._set_password)

    def admin_initiate_auth(self, **parameters: Any) -> dict[str, Any]:
        return self._send("AdminInitiateAuth", parameters, self._authenticate)

    def _create(self, parameters: Parameters) -> dict[str, Any]:
        if parameters["Username"] in self.passwords:
            raise client_error("UsernameExistsException", operation="AdminCreateUser")
        self.passwords[parameters["Username"]] = ""
        return {"User": {"Username": parameters["Username"]}}

    def _set_password(self, parameters: Parameters) -> dict[str, Any]:
        if parameters["Username"] not in self.passwords:
            raise client_error("UserNotFoundException", operation="AdminSetUserPassword")
        self.passwords[parameters["Username"]] = parameters["Password"]
        return {}

    def _authenticate(self, parameters: Parameters) -> dict[str, Any]:
        given: Mapping[str, str] = parameters["AuthParameters"]
        if parameters["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            grant = self.grants.get(given["REFRESH_TOKEN"])
            if not grant:
                raise client_error("NotAuthorizedException", operation="AdminInitiateAuth")
            return {"AuthenticationResult": self._tokens(grant)}
        password = self.passwords.get(given["USERNAME"], "")
        if not password or password != given["PASSWORD"]:
            raise client_error("NotAuthorizedException", operation="AdminInitiateAuth")
        grant = Grant(given["USERNAME"], self._uuid(), int(self._now().timestamp()))
        refresh_token = f"refresh-{self._chance.getrandbits(128):032x}"
        self.grants[refresh_token] = grant
        self.issued.append(refresh_token)
        return {"AuthenticationResult": {**self._tokens(grant), "RefreshToken": refresh_token}}

    def _tokens(self, grant: Grant) -> dict[str, Any]:
        now = int(self._now().timestamp())
        claims = {
            "sub": grant.username,
            "iss": self._issuer,
            "client_id": self._client_id,
            "origin_jti": grant.origin_jti,
            "token_use": "access",
            "auth_time": grant.auth_time,
            "iat": now,
            "exp": NEVER,
            "jti": self._uuid(),
            "username": grant.username,
        }
        token = jwt.encode(claims, signing_key(), algorithm="RS256", headers={"kid": KEY_ID})
        self.issued.append(token)
        return {"AccessToken": token, "ExpiresIn": ACCESS_TOKEN_LIFE_S, "TokenType": "Bearer"}

    def _uuid(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))
