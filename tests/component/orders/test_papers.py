"""Invoices and credit notes over HTTP: numbered without gaps, to be had as PDF by those whom they concern."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.orders import papers
from functions.orders.store import credit_notes as stored
from functions.orders.store.credit_notes import credit_notes
from functions.orders.store.orders import orders
from functions.orders.store.people import people
from kernel import ids, table
from kernel.authz import GUEST, Principal
from kernel.errors import Unavailable
from kernel.money import Money
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders.http import Answered, Caller

REFUND = a.an_id("rfd", 1)
LINE = a.an_id("lin", 1)


def by(who: str = a.BUYER, *roles: str, stores: dict[str, frozenset[str]] | None = None) -> Caller:
    held = {GUEST} if who.startswith("gst_") else {"customer", *roles}
    return Caller(papers.api, Principal(who, "", frozenset(held), stores or {}))


def of_store(store_id: str = a.STORE) -> Caller:
    return by(a.an_id("usr", 7), "seller", stores={store_id: frozenset({"view_orders"})})


def told(store_id: str = a.STORE, name: str = "Analog Cameras", sequence: int = 1) -> None:
    """As stores tell of it."""
    profile = {"name": name, "slug": "analog"}
    b.hear_at(sequence, "StoreChanged", "metco.stores", store_id=store_id, country="DE", profile=profile)


def sold(*lines: dict[str, Any], who: str = a.BUYER) -> str:
    order_id = b.placed(*(lines or (a.a_quoted_line(tax=19_00),)), who=who)
    b.confirmed(order_id)
    b.numbered(order_id)
    return order_id


def issue(order_id: str, minor: int = 59_50, refund_id: str = REFUND, line_id: str = LINE) -> int | None:
    lines = {line_id: Money(minor, "EUR")}
    return credit_notes().issue(order_id, a.STORE, a.seller_order_of(order_id), refund_id, lines)


def pdf(answer: Answered) -> bytes:
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.text
    content = base64.b64decode(answer.text)
    assert content.startswith(b"%PDF-")
    return content


def test_whoever_bought_has_an_invoice_of_each_store_under_the_stores_own_number(world):
    told()
    order_id = sold(a.a_quoted_line(tax=19_00), a.a_quoted_line(2, store_id=a.OTHER_STORE))
    b.numbered(order_id, a.OTHER_STORE)
    listed = by()("GET", f"/v1/orders/{order_id}/papers").json["items"]
    assert [(one["kind"], one["number"], one["total"]["minor"]) for one in listed] == [
        ("invoice", "1", 119_00),
        ("invoice", "1", 100_00),
    ]
    for one in listed:
        pdf(by()("GET", one["url"]))
    for language in ("uk", "hi"):
        pdf(by()("GET", listed[0]["url"], query={"language": language}))
    assert by()("GET", listed[0]["url"], query={"language": "tlh"}).status == 422


def test_the_same_invoice_is_the_same_file(world):
    told()
    order_id = sold()
    path = f"/v1/orders/{order_id}/papers/{a.seller_order_of(order_id)}"
    first = pdf(by()("GET", path))
    told(name="Another name by now", sequence=2)
    assert pdf(by()("GET", path)) == first


def test_the_latest_that_a_store_said_of_itself_counts(world):
    told(name="Newer", sequence=5)
    told(name="Older", sequence=4)
    order_id = sold()
    assert orders().whole(order_id).parts[0].sold_by.name == "Newer"


def test_before_it_is_paid_and_numbered_there_is_no_paper(world):
    order_id = b.placed()
    path = f"/v1/orders/{order_id}/papers"
    assert by()("GET", path).json["items"] == []
    assert by()("GET", f"{path}/{a.seller_order_of(order_id)}").status == 404
    b.confirmed(order_id)
    refused = by()("GET", f"{path}/{a.seller_order_of(order_id)}")
    assert (refused.status, refused.json["code"]) == (409, "not_numbered_yet")


def test_a_refund_has_a_credit_note_once_under_a_number_of_its_own(world):
    order_id = sold()
    assert issue(order_id) == 1
    before = world.items()
    assert issue(order_id) == 1
    assert world.items() == before
    _, note = by()("GET", f"/v1/orders/{order_id}/papers").json["items"]
    assert (note["kind"], note["number"], note["total"]["minor"]) == ("credit_note", "C-1", 59_50)
    pdf(by()("GET", note["url"]))
    assert issue(order_id, 59_50, a.an_id("rfd", 2)) == 2
    assert issue(sold(a.a_quoted_line(), who=a.an_id("usr", 6)), 1_00, a.an_id("rfd", 3)) == 3


def test_a_refund_of_nothing_on_the_invoice_has_none(world):
    order_id = sold()
    before = world.items()
    assert issue(order_id, line_id="elsewhere") is None
    assert world.items() == before


def test_of_two_notes_at_the_same_moment_each_has_a_number_and_together_they_are_right(world, monkeypatch):
    order_id = sold(a.a_quoted_line(minor=33_33, tax=6_34))
    commit, second = orders().table.commit, [a.an_id("rfd", 2)]

    def rival(self: Any, *arguments: Any) -> Any:
        if second:
            issue(order_id, 13_22, second.pop())
        return commit(*arguments)

    monkeypatch.setattr(type(orders().table), "commit", rival)
    assert issue(order_id, 13_22) == 2
    assert issue(order_id, 13_23, a.an_id("rfd", 3)) == 3
    _, notes = credit_notes().with_order(order_id)
    assert sorted(note.number for note in notes) == [1, 2, 3]
    assert sum(note.lines[LINE].tax.minor for note in notes) == 6_34


def test_who_is_always_beaten_to_the_number_tries_again_later(world, monkeypatch):
    order_id = sold()

    def taken(*_: Any) -> None:
        raise stored._NoteTaken

    monkeypatch.setattr(type(credit_notes()), "_put", taken)
    monkeypatch.setattr(table, "sleep", lambda _: None)
    with pytest.raises(Unavailable):
        issue(order_id)


def test_a_store_has_its_own_papers_and_where_its_money_is_told(world):
    order_id = sold(a.a_quoted_line(tax=19_00), a.a_quoted_line(2, store_id=a.OTHER_STORE))
    b.numbered(order_id, a.OTHER_STORE)
    issue(order_id)
    path = f"/v1/stores/{a.STORE}/orders/{order_id}/papers"
    answer = of_store()("GET", path).json
    assert [one["kind"] for one in answer["items"]] == ["invoice", "credit_note"]
    assert answer["statement_url"] == f"/v1/stores/{a.STORE}/statement"
    for one in answer["items"]:
        pdf(of_store()("GET", one["url"]))
    foreign = a.seller_order_of(order_id, a.OTHER_STORE)
    assert of_store()("GET", f"{path}/{foreign}").status == 404


def test_nobody_else_reads_them(world):
    order_id = sold()
    paper = a.seller_order_of(order_id)
    for path in (f"/v1/orders/{order_id}/papers", f"/v1/orders/{order_id}/papers/{paper}"):
        assert {who("GET", path).status for who in (by(ids.new_id("usr")), by(ids.new_id("gst")))} == {404}
    for below in ("papers", f"papers/{paper}"):
        assert of_store(a.OTHER_STORE)("GET", f"/v1/stores/{a.STORE}/orders/{order_id}/{below}").status == 404
        stranger = of_store(a.OTHER_STORE)("GET", f"/v1/stores/{a.OTHER_STORE}/orders/{order_id}/{below}")
        assert stranger.status == 404


def test_a_guest_has_the_invoice_too(world):
    order_id = sold(who=a.GUEST)
    pdf(by(a.GUEST)("GET", f"/v1/orders/{order_id}/papers/{a.seller_order_of(order_id)}"))


def test_after_an_erasure_the_store_keeps_its_invoice_without_the_person(world):
    order_id = sold()
    path = f"/v1/stores/{a.STORE}/orders/{order_id}/papers/{a.seller_order_of(order_id)}"
    before = pdf(of_store()("GET", path))
    people().forget(a.BUYER)
    after = pdf(of_store()("GET", path))
    assert after != before
    assert not [row for row in world.items() if "Lovelace" in str(row) and "EVENT" not in str(row)]


def test_a_file_is_delivered_and_the_part_with_it(world):
    order_id = sold(a.a_quoted_line(kind="digital", quantity=2))
    part = a.seller_order_of(order_id)
    said = {"order_id": order_id, "seller_order_id": part, "line_ids": [LINE]}
    for _ in range(2):
        b.hear("DigitalDelivered", "metco.catalog", **said)
    [shown] = b.look(order_id)["seller_orders"]
    assert (shown["state"], shown["received"], shown["lines"][0]["delivered"]) == ("delivered", "digital", 2)
    assert datetime.fromisoformat(shown["delivered_at"]) <= datetime.now(UTC)
    assert sum(one["metadata"]["type"] == "SellerOrderDelivered" for one in world.envelopes()) == 1


def given_back(order_id: str) -> None:
    said = {"order_id": order_id, "seller_order_id": a.seller_order_of(order_id), "line_ids": [LINE]}
    b.hear("DownloadReturned", "metco.catalog", **said)


@pytest.mark.parametrize("heard_of_delivery", [True, False])
def test_a_file_that_is_given_back_is_refunded_once_whichever_news_comes_first(world, heard_of_delivery):
    order_id = sold(a.a_quoted_line(kind="digital", tax=19_00))
    said = {"order_id": order_id, "seller_order_id": a.seller_order_of(order_id), "line_ids": [LINE]}
    if heard_of_delivery:
        b.hear("DigitalDelivered", "metco.catalog", **said)
    given_back(order_id)
    given_back(order_id)
    b.hear("DigitalDelivered", "metco.catalog", **said)
    [refund] = orders().whole(order_id).refunds
    assert (refund.cause, {line: amount.minor for line, amount in refund.lines.items()}) == ("returned", {LINE: 119_00})
    assert sum(one["metadata"]["type"] == "RefundAsked" for one in world.envelopes()) == 1


def test_a_refund_that_is_booked_has_its_credit_note(world):
    order_id = sold(a.a_quoted_line(kind="digital", tax=19_00))
    given_back(order_id)
    [refund] = orders().whole(order_id).refunds
    for _ in range(2):
        b.hear("RefundCarriedOut", order_id=order_id, refund_id=refund.refund_id)
    _, note = by()("GET", f"/v1/orders/{order_id}/papers").json["items"]
    assert (note["paper_id"], note["number"], note["total"]["minor"]) == (refund.refund_id, "C-1", 119_00)
