import pytest

from functions.identity.model.addresses import AddressBookFull, AddressRequest, AddressWrong, KeptBook
from functions.identity.model.countries import COUNTRIES, FORMATS
from functions.identity.rules import addresses as rules
from kernel.errors import NotFound


def said(**changes):
    fields = {"name": "Ada", "line1": "Torstraße 1", "city": "Berlin", "postcode": "10119", "country": "DE"}
    return AddressRequest(**(fields | changes))


def an_id(number):
    return f"adr_{number:026d}"


def a_book(*requests):
    book = KeptBook()
    for number, request in enumerate(requests):
        book = rules.with_address(book, an_id(number), request)
    return book


def defaults(book):
    return {one.id: one.default_for for one in book.items}


def test_every_format_belongs_to_a_country_and_fits_its_own_example():
    assert set(FORMATS) <= COUNTRIES
    for country, known in FORMATS.items():
        region = "X" if known.region else ""
        rules.check(said(country=country, postcode=known.example, region=region))


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"country": "DE", "postcode": "1011"}, ["/postcode"]),
        ({"country": "GB", "postcode": "10119"}, ["/postcode"]),
        ({"country": "US", "postcode": "94103"}, ["/region"]),
        ({"country": "IN", "postcode": "012345"}, ["/postcode", "/region"]),
        ({"country": "NL", "postcode": ""}, ["/postcode"]),
    ],
)
def test_an_address_that_its_country_does_not_know_is_refused_fault_by_fault(changes, pointers):
    with pytest.raises(AddressWrong) as refused:
        rules.check(said(**changes))
    assert [fault.pointer for fault in refused.value.faults] == pointers


def test_where_no_format_is_known_anything_will_do():
    rules.check(said(country="IE", postcode="D02 AF30"))
    rules.check(said(country="HK", postcode=""))


def test_the_first_address_is_the_default_for_everything():
    assert defaults(a_book(said())) == {an_id(0): ["billing", "shipping"]}


def test_a_default_is_taken_from_whichever_had_it():
    book = a_book(said(), said(default_for=["shipping"]), said())
    assert defaults(book) == {an_id(0): ["billing"], an_id(1): ["shipping"], an_id(2): []}
    book = rules.with_edit(book, an_id(2), said(default_for=["shipping", "billing"]))
    assert defaults(book) == {an_id(0): [], an_id(1): [], an_id(2): ["billing", "shipping"]}


def test_what_a_removed_address_was_the_default_for_passes_on():
    book = rules.without(a_book(said(), said(), said()), an_id(0))
    assert (defaults(book), book.removed) == ({an_id(1): ["billing", "shipping"], an_id(2): []}, [an_id(0)])
    assert rules.without(rules.without(book, an_id(1)), an_id(2)).items == []


def test_an_address_that_is_not_there_is_neither_edited_nor_removed():
    for attempt in (
        lambda: rules.with_edit(a_book(said()), an_id(9), said()),
        lambda: rules.without(KeptBook(), an_id(0)),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_an_address_book_ends_somewhere():
    with pytest.raises(AddressBookFull):
        a_book(*[said()] * (rules.MOST + 1))
