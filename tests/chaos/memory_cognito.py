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

from functions.identity import triggers
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


def _trigger(source: str, user: str, **request: Any) -> dict[str, Any]:
    event = {"triggerSource": f"{source}_Authentication", "userName": user, "request": request}
    return dict(triggers.handler(event, None)["response"])


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
        self.refuses: set[str] = set()  # passwords that its policy finds too weak
        self.grants: dict[str, Grant] = {}
        self._questions: dict[str, tuple[str, dict[str, str]]] = {}
        self.issued: list[str] = []  # every token ever, for whoever must not find one where it does not belong

    def admin_create_user(self, **parameters: Any) -> dict[str, Any]:
        return self._send("AdminCreateUser", parameters, self._create)

    def admin_set_user_password(self, **parameters: Any) -> dict[str, Any]:
        return self._send("AdminSetUserPassword", parameters, self._set_password)

    def admin_delete_user(self, **parameters: Any) -> dict[str, Any]:
        return self._send("AdminDeleteUser", parameters, self._delete)

    def admin_initiate_auth(self, **parameters: Any) -> dict[str, Any]:
        return self._send("AdminInitiateAuth", parameters, self._authenticate)

    def admin_respond_to_auth_challenge(self, **parameters: Any) -> dict[str, Any]:
        return self._send("AdminRespondToAuthChallenge", parameters, self._answered)

    def _asked(self, user: str) -> dict[str, Any]:
        """As Cognito asks identity's trigger, in its order."""
        if user not in self.passwords:
            raise client_error("UserNotFoundException", operation="AdminInitiateAuth")
        defined = _trigger("DefineAuthChallenge", user, session=[])
        asked = _trigger("CreateAuthChallenge", user, session=[])
        session = f"session-{self._chance.getrandbits(128):032x}"
        self._questions[session] = (user, asked["privateChallengeParameters"])
        parameters = asked["publicChallengeParameters"]
        return {"ChallengeName": defined["challengeName"], "Session": session, "ChallengeParameters": parameters}

    def _answered(self, parameters: Parameters) -> dict[str, Any]:
        user, private = self._questions[parameters["Session"]]
        answer = parameters["ChallengeResponses"]["ANSWER"]
        verified = _trigger(
            "VerifyAuthChallengeResponse", user, privateChallengeParameters=private, challengeAnswer=answer
        )
        done = [{"challengeName": parameters["ChallengeName"], "challengeResult": verified["answerCorrect"]}]
        if not _trigger("DefineAuthChallenge", user, session=done)["issueTokens"]:
            raise client_error("NotAuthorizedException", operation="AdminRespondToAuthChallenge")
        return self._granted(user)

    def _delete(self, parameters: Parameters) -> dict[str, Any]:
        if self.passwords.pop(parameters["Username"], None) is None:
            raise client_error("UserNotFoundException", operation="AdminDeleteUser")
        return {}

    def _create(self, parameters: Parameters) -> dict[str, Any]:
        if parameters["Username"] in self.passwords:
            raise client_error("UsernameExistsException", operation="AdminCreateUser")
        self.passwords[parameters["Username"]] = ""
        return {"User": {"Username": parameters["Username"]}}

    def _set_password(self, parameters: Parameters) -> dict[str, Any]:
        if parameters["Username"] not in self.passwords:
            raise client_error("UserNotFoundException", operation="AdminSetUserPassword")
        if parameters["Password"] in self.refuses:
            raise client_error("InvalidPasswordException", operation="AdminSetUserPassword")
        self.passwords[parameters["Username"]] = parameters["Password"]
        return {}

    def _authenticate(self, parameters: Parameters) -> dict[str, Any]:
        given: Mapping[str, str] = parameters["AuthParameters"]
        if parameters["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            grant = self.grants.get(given["REFRESH_TOKEN"])
            if not grant:
                raise client_error("NotAuthorizedException", operation="AdminInitiateAuth")
            return {"AuthenticationResult": self._tokens(grant)}
        if parameters["AuthFlow"] == "CUSTOM_AUTH":
            return self._asked(given["USERNAME"])
        password = self.passwords.get(given["USERNAME"], "")
        if not password or password != given["PASSWORD"]:
            raise client_error("NotAuthorizedException", operation="AdminInitiateAuth")
        return self._granted(given["USERNAME"])

    def _granted(self, user: str) -> dict[str, Any]:
        grant = Grant(user, self._uuid(), int(self._now().timestamp()))
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
