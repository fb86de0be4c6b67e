"""Whether what operators wrote down about Stripe fits together: what does not is refused before the first call."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

# By what its keys begin with, Stripe tells money from play money. Restricted keys (rk_) are as good as whole ones.
MODES = {"sk_test_": "test", "rk_test_": "test", "sk_live_": "live", "rk_live_": "live"}
WEBHOOK_SECRETS = {"webhook_secret": "the platform's endpoint", "connect_webhook_secret": "the sellers' endpoint"}


def is_begun(keys: Mapping[str, Any]) -> bool:
    """Without any key Metco runs, and takes no money: whoever tries it first need not have a Stripe account."""
    return bool(keys.get("secret_key"))


def mode_of(key: str) -> str:
    return next((mode for prefix, mode in MODES.items() if key.startswith(prefix)), "")


def webhook_secrets(keys: Mapping[str, Any], name: str) -> Sequence[str]:
    """More than one while it is rotated: Stripe signs with both for a day."""
    kept = keys.get(name) or []
    return [kept] if isinstance(kept, str) else list(kept)


def faults(said: Mapping[str, Any], keys: Mapping[str, Any]) -> list[str]:
    """What is wrong with the setting `stripe` and the keys kept for it, in words that hold none of the keys."""
    return [*_of_keys(said, keys), *_of_address(said, keys), *_of_webhook_secrets(keys)]


def _of_keys(said: Mapping[str, Any], keys: Mapping[str, Any]) -> Iterator[str]:
    mode, wanted = mode_of(str(keys.get("secret_key", ""))), said.get("mode", "test")
    if wanted not in ("test", "live"):
        yield "mode in the setting stripe is neither test nor live."
    elif not mode:
        yield "secret_key is no secret key of Stripe's: it begins with sk_test_ or sk_live_."
    elif mode != wanted:
        yield f"secret_key is for {mode} money, and the setting stripe says mode {wanted}."
    published = str(said.get("publishable_key", ""))
    if not published.startswith(f"pk_{mode}_"):
        yield f"publishable_key in the setting stripe is not the one beside secret_key: it begins with pk_{mode}_."


def _of_address(said: Mapping[str, Any], keys: Mapping[str, Any]) -> Iterator[str]:
    url = str(said.get("url", ""))
    if not url:
        return
    if mode_of(str(keys.get("secret_key", ""))) != "test":
        yield "url in the setting stripe leads elsewhere than to Stripe, which only a test key may be told to."
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        yield "url in the setting stripe is no address of a server, such as http://127.0.0.1:12111."


def _of_webhook_secrets(keys: Mapping[str, Any]) -> Iterator[str]:
    kept = {name: webhook_secrets(keys, name) for name in WEBHOOK_SECRETS}
    for name, found in kept.items():
        if not found or any(not str(one).startswith("whsec_") for one in found):
            yield f"{name} is not the signing secret of {WEBHOOK_SECRETS[name]}: it begins with whsec_."
    platform, connect = kept.values()
    if set(platform) & set(connect):
        yield "webhook_secret and connect_webhook_secret are the same: each of the two endpoints has its own."
