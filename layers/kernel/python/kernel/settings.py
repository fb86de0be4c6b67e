"""Environment, operator settings and secrets, all read on first use: a change of a setting needs no redeploy."""

import hashlib
import hmac
import json
import os
from datetime import datetime, timedelta
from typing import Any

from kernel import aws, clock

FRESH_FOR = timedelta(seconds=30)
_settings: tuple[datetime, dict[str, Any]] | None = None
_secrets: dict[str, tuple[datetime, str]] = {}


def env(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise RuntimeError(f"The function's environment lacks {name}; its CDK stack must set it.") from None


def optional_env(name: str) -> str:
    """For what only some stages have."""
    return os.environ.get(name, "")


def setting(name: str, default: Any) -> Any:
    """An operator's setting: a key of the JSON object in the domain's SSM parameter, at most 30 s old."""
    return _current_settings().get(name, default)


def flag(name: str) -> bool:
    """A feature is off until an operator turns it on."""
    return bool(setting(name, False))


def key(purpose: str, *, secret: str = "SECRET_ID") -> bytes:
    """A key for one purpose, derived from the domain's one secret, so that no two purposes share a key.

    `secret` names another one in the environment, where two domains have to derive the same key.
    """
    return hmac.digest(_secret(env(secret)).encode(), purpose.encode(), hashlib.sha256)


def secret(name: str, *, fresh_for: timedelta | None = None) -> str:
    """What others gave us to keep, such as a key of theirs. `name` is the variable that has the secret's id.

    `fresh_for`: how old it may be, where an operator replaces it while functions run.
    """
    return _secret(env(name), fresh_for)


def forget() -> None:
    """Drop everything that was read. For tests."""
    global _settings
    _settings = None
    _secrets.clear()


def _current_settings() -> dict[str, Any]:
    global _settings
    now = clock.now()
    if _settings is None or now - _settings[0] > FRESH_FOR:
        answer = aws.client("ssm").get_parameter(Name=env("SETTINGS_PATH"))
        _settings = (now, json.loads(answer["Parameter"]["Value"]))
    return _settings[1]


def _secret(secret_id: str, fresh_for: timedelta | None = None) -> str:
    now, kept = clock.now(), _secrets.get(secret_id)
    if kept is None or (fresh_for and now - kept[0] > fresh_for):
        text = aws.client("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"]
        _secrets[secret_id] = kept = (now, text)
    return kept[1]
