"""Decisions about the address book: what an address must have, and which one is the default."""

import re
from collections.abc import Sequence

from functions.identity.model.addresses import (
    Address,
    AddressBookFull,
    AddressRequest,
    AddressWrong,
    KeptBook,
    Use,
)
from functions.identity.model.countries import ANY, FORMATS
from kernel.errors import Fault, NotFound

MOST = 20
USES: tuple[Use, ...] = ("billing", "shipping")
REMEMBERED = 50


def check(address: AddressRequest) -> None:
    """Every fault at once, so that a form can show them all."""
    known = FORMATS.get(address.country, ANY)
    faults = []
    if known.postcode and not re.fullmatch(known.postcode, address.postcode):
        faults.append(Fault("/postcode", f"A postcode of {address.country} looks like {known.example}"))
    if known.region and not address.region:
        faults.append(Fault("/region", f"An address in {address.country} names its state or province"))
    if faults:
        raise AddressWrong(faults=faults)


def with_address(book: KeptBook, address_id: str, said: AddressRequest) -> KeptBook:
    """The first address is the default for everything: there is nothing else to choose from."""
    check(said)
    if len(book.items) >= MOST:
        raise AddressBookFull()
    uses = said.default_for if book.items else list(USES)
    added = Address(id=address_id, **{**said.model_dump(), "default_for": uses})
    return _changed(book, [*_without_uses(book.items, uses), added])


def with_edit(book: KeptBook, address_id: str, said: AddressRequest) -> KeptBook:
    find(book, address_id)
    check(said)
    edited = Address(id=address_id, **said.model_dump())
    others = _without_uses(book.items, edited.default_for)
    return _changed(book, [edited if one.id == address_id else one for one in others])


def without(book: KeptBook, address_id: str) -> KeptBook:
    """What the address was the default for passes on to the oldest one left."""
    gone = find(book, address_id)
    rest = [one for one in book.items if one.id != address_id]
    if rest and gone.default_for:
        heir = rest[0]
        rest[0] = heir.model_copy(update={"default_for": sorted({*heir.default_for, *gone.default_for})})
    removed = [*book.removed, address_id][-REMEMBERED:]
    return _changed(book, rest).model_copy(update={"removed": removed})


def find(book: KeptBook, address_id: str) -> Address:
    for one in book.items:
        if one.id == address_id:
            return one
    raise NotFound()


def _without_uses(addresses: Sequence[Address], uses: Sequence[Use]) -> list[Address]:
    return [
        one.model_copy(update={"default_for": [use for use in one.default_for if use not in uses]}) for one in addresses
    ]


def _changed(book: KeptBook, addresses: Sequence[Address]) -> KeptBook:
    return book.model_copy(update={"items": list(addresses), "version": book.version + 1})
