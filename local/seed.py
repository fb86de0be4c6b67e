"""The demo's people, stores and goods, put up as people do it: by the public API and the codes in the mailbox."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from local.cloud import Cloud
from local.demo.finishing import finish
from local.demo.history import bring_orders
from local.demo.purchases import make_purchases
from local.demo.shelves import fill_stores, plant_categories
from local.demo.shop import Shop
from local.demo.stores import mine, open_stores
from local.demo.terms import set_terms
from local.home import STAGE, Problem
from local.mailbox import messages
from local.patience import PATIENCE_S, ask_patiently

PASSWORD = "metco-demo-2026"  # documented: a demo account of a laptop guards nothing
DONE = f"/metco/{STAGE}/laptop/seeded"
ORDERS_BROUGHT = f"/metco/{STAGE}/laptop/orders-brought"
PURCHASES_MADE = f"/metco/{STAGE}/laptop/purchases-made"
FINISHED = f"/metco/{STAGE}/laptop/seeded-to-the-end"


@dataclass(frozen=True, slots=True)
class Account:
    email: str
    name: str
    roles: tuple[str, ...]


ADMIN = Account("admin@metco.example", "Ada Admin", ("customer", "admin"))
BUYER = Account("buyer@metco.example", "Bela Buyer", ("customer",))
SELLER = Account("seller@metco.example", "Sam Seller", ("customer", "seller"))
MODERATOR = Account("moderator@metco.example", "Mira Moderator", ("customer", "moderator"))
FINANCE = Account("finance@metco.example", "Fina Finance", ("customer", "finance"))
ACCOUNTS = (ADMIN, BUYER, SELLER, MODERATOR, FINANCE)


def seed(cloud: Cloud, url: str, tell: Callable[[str], None]) -> None:
    """Opens what is missing, and goes on wherever it was stopped. A password that somebody changed stays changed."""
    if cloud.parameter(DONE):
        return
    _make_first_admin(cloud)
    for account in ACCOUNTS:
        _open(cloud, url, account, tell)
    for account in ACCOUNTS:
        _give_roles(url, account, tell)
    if _sign_in(url, FINANCE):
        set_terms(shopping(url, FINANCE))  # nothing can be sold before somebody said what the platform takes of it
    if all(_sign_in(url, account) for account in (SELLER, BUYER, MODERATOR)):
        seller = shopping(url, SELLER)
        opened = open_stores(seller, shopping(url, BUYER), tell)
        fill_stores(seller, opened, plant_categories(shopping(url, MODERATOR), tell), tell)
    cloud.client("ssm").put_parameter(Name=DONE, Value="yes", Type="String", Overwrite=True)


def finish_seeding(cloud: Cloud, url: str, tell: Callable[[str], None], stopped: Callable[[], bool]) -> None:
    """What takes longer than anybody should wait for; it goes on where it was stopped."""
    if cloud.parameter(FINISHED) or not _sign_in(url, SELLER):
        return
    if _sign_in(url, FINANCE):
        set_terms(shopping(url, FINANCE))
    seller = shopping(url, SELLER)
    opened = mine(seller)
    if _sign_in(url, BUYER):
        make_purchases(seller, shopping(url, BUYER), opened, Kept(cloud), tell, stopped=stopped)
    if (
        not cloud.parameter(ORDERS_BROUGHT)
        and _sign_in(url, ADMIN)
        and bring_orders(shopping(url, ADMIN), seller, opened, tell, stopped=stopped)
    ):
        cloud.client("ssm").put_parameter(Name=ORDERS_BROUGHT, Value="yes", Type="String", Overwrite=True)
    if finish(seller, opened, tell, stopped=stopped):
        cloud.client("ssm").put_parameter(Name=FINISHED, Value="yes", Type="String", Overwrite=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """How far the demo's purchases are, where the rest of the cloud's state is."""

    cloud: Cloud

    def read(self) -> dict[str, Any]:
        return dict(json.loads(self.cloud.parameter(PURCHASES_MADE) or '{"done": 0}'))

    def keep(self, state: dict[str, Any]) -> None:
        ssm = self.cloud.client("ssm")
        ssm.put_parameter(
            Name=PURCHASES_MADE, Value=json.dumps(state), Type="String", Tier="Intelligent-Tiering", Overwrite=True
        )


def shopping(url: str, account: Account) -> Shop:
    def token() -> str:
        if session := _sign_in(url, account):
            return str(session["access_token"])
        raise Problem(f"The demo account {account.email} could not sign in with the demo's password.")

    return Shop(url, token)


def _make_first_admin(cloud: Cloud) -> None:
    """As on AWS: the setting that names the address which becomes the first admin when it signs up."""
    path = f"/metco/{STAGE}/identity/settings"
    settings = json.loads(cloud.parameter(path) or "{}") | {"first_admin": ADMIN.email}
    cloud.client("ssm").put_parameter(Name=path, Value=json.dumps(settings), Type="String", Overwrite=True)


def _open(cloud: Cloud, url: str, account: Account, tell: Callable[[str], None]) -> None:
    """Unless it is there: a start that was interrupted left it so, or its password is somebody's own."""
    tell(f"opening {account.email}")
    if _sign_in(url, account):
        return
    before = len(messages(cloud, account.email))
    status, started = ask_patiently("POST", f"{url}/v1/sign-ups", {"email": account.email})
    if status != HTTPStatus.ACCEPTED:
        raise Problem(f"The demo account {account.email} could not be opened: {started}")
    code = _wait_for_code(cloud, account.email, before)
    verify = f"{url}/v1/sign-ups/{started['id']}/verify"
    status, profile = ask_patiently("POST", verify, {"code": code, "password": PASSWORD, "name": account.name})
    if status != HTTPStatus.CREATED:
        raise Problem(f"The demo account {account.email} could not be opened: {profile}")


def _give_roles(url: str, account: Account, tell: Callable[[str], None]) -> None:
    """Those that it has not got: also one that was there, and was left without them."""
    if not _sign_in(url, account):
        return
    profile = shopping(url, account)("GET", "/me")
    if set(account.roles) <= set(profile["roles"]):
        return
    tell(f"giving {account.email} its roles")
    body = {"roles": list(account.roles), "reason": "demo account"}
    shopping(url, ADMIN)("PUT", f"/users/{profile['user_id']}/roles", body)


def _sign_in(url: str, account: Account) -> dict[str, Any] | None:
    """None: there is no such account yet, or its password is another one by now."""
    status, session = ask_patiently("POST", f"{url}/v1/sessions", {"email": account.email, "password": PASSWORD})
    return session if status == HTTPStatus.CREATED else None


def _wait_for_code(cloud: Cloud, email: str, before: int) -> str:
    """The one that comes now: a code of an earlier start opens nothing any more. `before`: messages there were."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = messages(cloud, email)
        if code := next((one["code"] for one in found[: len(found) - before] if one["code"]), None):
            return str(code)
        time.sleep(0.05)
    raise Problem(
        f"No code came to {email} within {PATIENCE_S:.0f} s; {cloud.function_log} says why. If that account has got a "
        "password of somebody's own before the demo was complete, make dev RESET=1 begins anew."
    )
