"""The only code that speaks to Cognito: it keeps the passwords and signs the tokens. Its users are named by our ids."""

import base64
import json
import secrets
from typing import Any

from botocore.exceptions import ClientError
from pydantic import SecretStr

from functions.identity.model import PasswordTooWeak, Tokens
from functions.identity.rules import contacts
from kernel import aws, ids, settings

_REFUSALS = frozenset(
    {"NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException", "PasswordResetRequiredException"}
)


def create(user_id: str, password: SecretStr) -> None:
    """Safe to repeat. Until an address is claimed for this id nobody can sign in to it."""
    try:
        _cognito().admin_create_user(UserPoolId=_pool(), Username=user_id, MessageAction="SUPPRESS")
    except ClientError as error:
        if _code(error) != "UsernameExistsException":
            raise
    set_password(user_id, password)


def create_without_password(user_id: str) -> None:
    """Cognito wants one for an account to be confirmed: this one nobody ever knows. Safe to repeat."""
    create(user_id, SecretStr(secrets.token_urlsafe(48)))


def set_password(user_id: str, password: SecretStr) -> None:
    try:
        _cognito().admin_set_user_password(
            UserPoolId=_pool(), Username=user_id, Password=password.get_secret_value(), Permanent=True
        )
    except ClientError as error:
        if _code(error) == "InvalidPasswordException":
            raise PasswordTooWeak() from None
        raise


def sign_in(user_id: str | None, password: SecretStr) -> Tokens | None:
    """None: refused. A stranger is tried under an id that nobody has, so that both take the same way and time."""
    parameters = {"USERNAME": user_id or ids.new_id("usr"), "PASSWORD": password.get_secret_value()}
    return _authenticate("ADMIN_USER_PASSWORD_AUTH", parameters)


def delete(user_id: str) -> None:
    """Safe to repeat."""
    try:
        _cognito().admin_delete_user(UserPoolId=_pool(), Username=user_id)
    except ClientError as error:
        if _code(error) != "UserNotFoundException":
            raise


def knows_either(user_id: str, current: SecretStr, new: SecretStr) -> bool:
    """Whether the caller knows the password: by the new one, if an earlier try changed it and then could not tell."""
    return sign_in(user_id, current) is not None or sign_in(user_id, new) is not None


def vouch(user_id: str) -> Tokens | None:
    """Signs in somebody whom identity itself knows to be who they are, without their password: see triggers.py.

    None: there is no such account any more.
    """
    pool, client_id = _pool(), settings.env("USER_POOL_CLIENT_ID")
    try:
        asked = _cognito().admin_initiate_auth(
            UserPoolId=pool, ClientId=client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": user_id}
        )
        word = contacts.vouching(user_id, asked["ChallengeParameters"]["nonce"], settings.key("vouch"))
        answer = _cognito().admin_respond_to_auth_challenge(
            UserPoolId=pool,
            ClientId=client_id,
            ChallengeName=asked["ChallengeName"],
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": user_id, "ANSWER": word},
        )
    except ClientError as error:
        if _code(error) in _REFUSALS:
            return None
        raise
    return _tokens(answer["AuthenticationResult"])


def refresh(refresh_token: SecretStr) -> Tokens | None:
    return _authenticate("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": refresh_token.get_secret_value()})


def _authenticate(flow: str, parameters: dict[str, str]) -> Tokens | None:
    try:
        answer = _cognito().admin_initiate_auth(
            UserPoolId=_pool(), ClientId=settings.env("USER_POOL_CLIENT_ID"), AuthFlow=flow, AuthParameters=parameters
        )
    except ClientError as error:
        if _code(error) in _REFUSALS:
            return None
        raise
    return _tokens(answer["AuthenticationResult"])


def _tokens(result: dict[str, Any]) -> Tokens:
    claims = _claims(result["AccessToken"])
    return Tokens(
        user_id=claims["username"],
        session_id=claims["origin_jti"],
        access_token=result["AccessToken"],
        refresh_token=result.get("RefreshToken"),
        expires_in_s=result["ExpiresIn"],
    )


def _claims(token: str) -> dict[str, Any]:
    """Unverified on purpose: the token came from Cognito over TLS a moment ago."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _cognito() -> Any:
    return aws.client("cognito-idp")


def _pool() -> str:
    return settings.env("USER_POOL_ID")


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
