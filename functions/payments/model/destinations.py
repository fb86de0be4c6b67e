"""Where a seller wants money sent that does not go by Stripe: a PayPal account, a blockchain address, a bank account.

They are the one thing of that kind which payments keeps. They are shown shortened, told in no event, and leave with
whoever gave them.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from functions.payments.model.names import PersonId, StoreId
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer, Request

OtherWay = Literal["bank", "paypal", "crypto"]
Chain = Literal["ARB", "BASE", "ETH", "MATIC", "SOL"]


def _iban(text: str) -> str:
    """Its two check digits make all of it leave 1 when divided by 97 (ISO 13616)."""
    moved = text[4:] + text[:4]
    if int("".join(str(int(letter, 36)) for letter in moved)) % 97 != 1:
        raise ValueError("this is not an IBAN: its check digits are wrong")
    return text


Iban = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"),
    AfterValidator(_iban),
    Field(examples=["DE89370400440532013000"]),
]


class NewDestination(Request):
    """What the way needs, and nothing else: a PayPal account's own id, an address and its chain, or an IBAN."""

    paypal_id: Annotated[
        str | None,
        StringConstraints(pattern=r"^[2-9A-HJ-NP-Z]{13}$"),
        Field(examples=["5UXD2E8A7EBQJ"], description="Of the PayPal account; its settings show it."),
    ] = None
    chain: Chain | None = None
    address: Annotated[
        str | None,
        StringConstraints(pattern=r"^(0x[0-9a-fA-F]{40}|[1-9A-HJ-NP-Za-km-z]{32,44})$"),
        Field(examples=["0x8381470ED67C3802402dbbFa0058E8871F017A6F"]),
    ] = None
    iban: Iban | None = None


class Destination(Answer):
    """`target` is whole only where money is sent, and where finance sends it by hand."""

    store_id: StoreId
    way: OtherWay
    target: Annotated[str, Field(max_length=120, examples=["••••3000"])]
    chain: Chain | None = None
    recipient_id: Annotated[str | None, Field(max_length=64, examples=["f1f36b85-cafe-484e-a46b-02340bfdb927"])] = None
    given_by: PersonId
    given_at: datetime


class Destinations(Answer):
    items: list[Destination]


class DestinationMoved(Conflict):
    """Something else was said about where this store wants money, at this moment. Try again."""


class NoSuchDestination(NotFound):
    """Nothing is known of where this store wants money by this way."""


class DestinationIncomplete(Invalid):
    """For this way something else is needed: paypal_id for paypal, address and chain for crypto, iban for bank."""


class WayNotOffered(Conflict):
    """Nothing is paid out by this way here."""


class DestinationRefused(Invalid):
    """The provider does not pay to this. Look whether it is right."""
