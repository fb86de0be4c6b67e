"""The address book: a person's own addresses, with a default for shipping and one for billing."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity.api.app import api
from functions.identity.model.addresses import Address, AddressBook, AddressId, AddressRequest, KeptBook
from functions.identity.rules import addresses as rules
from functions.identity.store.addresses import personal_things
from kernel import authz, ids
from kernel.authz import require
from kernel.http import receipt


@api.get("/v1/me/addresses", permit="read_addresses")
def list_addresses() -> AddressBook:
    """Your address book, oldest first."""
    me = require("read_addresses", owner=authz.principal().id)
    return _shown(personal_things().book(me.id))


@api.post("/v1/me/addresses", permit="edit_addresses", status_code=201)
def add_address(request: AddressRequest) -> Address:
    """Add an address. It is checked against the formats of its country; the first becomes the default for all."""
    me = require("edit_addresses", owner=authz.principal().id)
    address_id = ids.new_id("adr")
    book = rules.with_address(personal_things().book(me.id), address_id, request)
    added = rules.find(book, address_id)
    personal_things().keep_book(me.id, book, receipt=receipt(added, 201))
    return added


@api.put("/v1/me/addresses/<address_id>", permit="edit_addresses")
def edit_address(address_id: Annotated[AddressId, Path()], request: AddressRequest) -> Address:
    """Replace an address. What it becomes the default for, no other is any longer."""
    me = require("edit_addresses", owner=authz.principal().id)
    book = rules.with_edit(personal_things().book(me.id), address_id, request)
    edited = rules.find(book, address_id)
    personal_things().keep_book(me.id, book, receipt=receipt(edited))
    return edited


@api.delete("/v1/me/addresses/<address_id>", permit="edit_addresses", status_code=204)
def remove_address(address_id: Annotated[AddressId, Path()]) -> None:
    """Remove an address. What it was the default for passes on to the oldest one left."""
    me = require("edit_addresses", owner=authz.principal().id)
    book = personal_things().book(me.id)
    if address_id not in book.removed:
        personal_things().keep_book(me.id, rules.without(book, address_id), receipt=receipt(None, 204))


def _shown(book: KeptBook) -> AddressBook:
    return AddressBook(items=book.items, version=book.version)
