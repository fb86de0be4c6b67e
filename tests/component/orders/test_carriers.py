import json
from datetime import timedelta
from typing import Any

import pytest

from functions.orders.carriers import wire
from functions.orders.store.carriers import carriers
from functions.orders.store.orders import orders
from kernel import settings
from local.carriers.faults import Fault
from tests.builders import carriers as c
from tests.builders import cloud, payments, sending
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders import selling as s

KEY = {"Idempotency-Key": "the-same-key"}
INDIA: dict[str, dict[str, Any]] = {
    "dhl": {},
    "fedex": {},
    "shiprocket": {"sender": c.DELHI, "pickup_location": "Primary"},
}
TO_MUMBAI = {name: c.MUMBAI[name] for name in ("name", "line1", "city", "region", "postcode", "country")}


@pytest.fixture
def now(workflows, time):
    return time


@pytest.fixture
def core(now, monkeypatch):
    return c.offered(monkeypatch)


def an_order(name: str = "dhl", *lines, **said) -> str:
    """Goods that this carrier can take: over a border, or within India."""
    line = list(lines) or [a.a_quoted_line(1, quantity=2), a.a_quoted_line(2)]
    order_id = s.paid(*line, **said)
    to = TO_MUMBAI if name == "shiprocket" else {"name": "Bela", "line1": "Rue Sala 2", "city": "Lyon", "country": "FR"}
    _send_to(order_id, to | ({} if name == "shiprocket" else {"postcode": "69002"}))
    assert sending.choose(name, "manual", **INDIA[name]).status == 200
    return order_id


def _send_to(order_id: str, address: dict) -> None:
    table = cloud.client("dynamodb")
    kept = json.dumps({"address": address, "email": "bela@example.com"})
    key = {"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "PERSON"}}
    table.update_item(
        TableName="identity", Key=key, UpdateExpression="SET kept = :k", ExpressionAttributeValues={":k": {"S": kept}}
    )


def parcel(order_id: str, parcel_id: str):
    return orders().whole(order_id).parcel(parcel_id)


def state(order_id: str) -> str:
    return s.part(order_id)["state"]


def prepared(core, name: str = "dhl"):
    """A parcel with a label, and its carrier calls."""
    core.hooks = dict.fromkeys(c.NAMES, "https://metco.example")
    order_id = an_order(name)
    made = sending.labelled(order_id)
    return order_id, made["parcel_id"], made["tracking_number"]


# How a store sends


def test_whoever_said_nothing_sends_by_hand(core):
    shown = b.of_store()("GET", f"/v1/stores/{a.STORE}/carriers").json
    assert (shown["carriers"], shown["sender"], shown["version"]) == (["manual"], None, 0)
    assert shown["offered"] == ["manual", "shiprocket", "dhl", "fedex"]


def test_a_store_says_by_whom_it_sends(core):
    chosen = sending.choose("fedex", "dhl", "fedex")
    assert (chosen.status, chosen.json["carriers"], chosen.json["version"]) == (200, ["fedex", "dhl"], 1)
    assert b.of_store()("GET", f"/v1/stores/{a.STORE}/carriers").json == chosen.json
    assert sending.choose("manual").json["version"] == 2


def test_where_metco_has_no_account_nobody_sends(now, monkeypatch):
    c.offered(monkeypatch, "dhl")
    refused = sending.choose("fedex")
    assert (refused.status, refused.json["code"]) == (409, "carrier_not_offered")
    assert carriers().of_store(a.STORE, ["manual", "dhl"]).version == 0


def test_a_carrier_that_metco_gave_up_is_no_choice_any_more(core, monkeypatch):
    order_id = an_order("fedex")
    payments.with_settings(carriers={"dhl": c.SETTINGS["dhl"]})
    shown = b.of_store()("GET", f"/v1/stores/{a.STORE}/carriers").json
    assert (shown["carriers"], shown["offered"]) == (["manual"], ["manual", "dhl"])
    assert sending.label(order_id).json["code"] == "carrier_not_offered"


@pytest.mark.parametrize("path", ["carriers", "orders/{order}/rates"])
def test_only_its_own_people_see_how_a_store_sends(core, path):
    order_id = an_order()
    stranger = b.of_store(a.OTHER_STORE)
    assert stranger("GET", f"/v1/stores/{a.STORE}/{path.format(order=order_id)}").status == 404


# What it costs


def test_the_cheapest_of_all_its_carriers_comes_first(core):
    order_id = an_order("dhl")
    sending.choose("dhl", "fedex", "manual")
    shown = b.of_store()("GET", f"/v1/stores/{a.STORE}/orders/{order_id}/rates").json["items"]
    assert [(one["carrier"], one["price"]["minor"]) for one in shown] == [
        ("fedex", 9_44),
        ("fedex", 10_00),
        ("dhl", 16_48),
    ]
    heavy = b.of_store()("GET", f"/v1/stores/{a.STORE}/orders/{order_id}/rates", query={"weight_g": "9000"}).json
    assert heavy["items"][0]["price"]["minor"] > 9_44


def test_one_that_is_down_leaves_the_others(core):
    order_id = an_order("dhl")
    sending.choose("dhl", "fedex")
    core.faults.plan(Fault("unavailable", "/mydhlapi/.*", times=9))
    shown = b.of_store()("GET", f"/v1/stores/{a.STORE}/orders/{order_id}/rates").json["items"]
    assert {one["carrier"] for one in shown} == {"fedex"}


# A label


@pytest.mark.parametrize("name", c.NAMES)
def test_a_label_is_kept_with_its_parcel_and_can_be_printed(core, name):
    order_id = an_order(name)
    made = sending.labelled(order_id)
    [known] = [one for one in core.parcels.values() if not one.void]
    assert (made["state"], made["carrier"], made["tracking_number"]) == ("label", name, known.number)
    assert made["lines"] == {s.LINE: 2, s.OTHER_LINE: 1}
    link = b.of_store()("GET", f"/v1/stores/{a.STORE}/orders/{order_id}/parcels/{made['parcel_id']}/label").json["url"]
    assert "Signature" in link
    kept = cloud.client("s3").get_object(Bucket=cloud.BUCKET, Key=f"labels/{order_id}/{made['parcel_id']}.pdf")
    assert kept["Body"].read() == core.label(known)


def test_a_label_sends_nothing_yet(core):
    order_id = an_order()
    sending.labelled(order_id)
    assert state(order_id) == "confirmed"
    assert [line["sent"] for line in s.part(order_id)["lines"]] == [0, 0]
    assert b.history(order_id)[-1] != "ParcelSent"


def test_whoever_says_no_service_is_sent_the_cheapest_way(core):
    assert sending.labelled(an_order("fedex"))["service"] == "FEDEX_INTERNATIONAL_CONNECT_PLUS"
    second = an_order("shiprocket", quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    assert sending.labelled(second)["service"] == "142"


def test_several_parcels_share_what_is_there(core):
    order_id = an_order()
    first = sending.labelled(order_id, lines={s.LINE: 1})
    second = sending.labelled(order_id)
    assert (first["lines"], second["lines"]) == ({s.LINE: 1}, {s.LINE: 1, s.OTHER_LINE: 1})
    assert first["parcel_id"] != second["parcel_id"]
    assert sending.label(order_id).json["code"] == "nothing_packed"
    assert sending.label(order_id, lines={s.LINE: 1}).json["code"] == "nothing_packed"
    assert len(core.parcels) == 2


def test_a_repetition_under_its_key_is_the_same_label(core):
    order_id = an_order()
    first, again = (sending.label(order_id, headers=KEY) for _ in range(2))
    assert (first.status, again.text, len(core.parcels)) == (201, first.text, 1)


@pytest.mark.parametrize("name", c.NAMES)
@pytest.mark.parametrize("how", ["lost", "never", "broken", "unavailable"])
def test_an_answer_that_is_lost_is_found_again_after_a_while(core, now, name, how):
    order_id = an_order(name)
    core.faults.plan(Fault(how, c.MAKES[name]))
    assert sending.label(order_id, service=c.SERVICES[name]).status == 503
    assert sending.label(order_id, service=c.SERVICES[name]).json["code"] == "label_under_way"
    now(timedelta(minutes=1))
    made = sending.labelled(order_id, service=c.SERVICES[name])
    used = [one.number for one in core.parcels.values() if not one.void and one.awb]
    assert used[-1] == made["tracking_number"]
    assert len(used) == (2 if name == "dhl" and how in ("lost", "broken") else 1)


def test_what_was_kept_by_nobody_is_made_anew(core, now, monkeypatch):
    """The function dies between the carrier's answer and the commit."""
    order_id = an_order("fedex")
    from functions.orders import label_files

    keep, dies = label_files.keep, [True]

    def dying(*asked):
        if dies.pop() if dies else False:
            raise MemoryError
        keep(*asked)

    monkeypatch.setattr(label_files, "keep", dying)
    assert sending.label(order_id).status == 500
    now(timedelta(minutes=1))
    made = sending.labelled(order_id)
    assert [one.number for one in core.parcels.values() if not one.void] == [made["tracking_number"]]


def test_a_refusal_is_told_and_nothing_is_kept(core):
    order_id = an_order()
    refused = sending.label(order_id, service="nowhere")
    assert (refused.status, refused.json["code"]) == (422, "carrier_refused")
    assert "not available for this lane" in refused.json["detail"]
    assert not orders().whole(order_id).parcels
    assert sending.labelled(order_id)["carrier"] == "dhl"


def test_a_label_for_what_was_cancelled_meanwhile_is_taken_back(core, monkeypatch):
    order_id = an_order("fedex")
    fetch = wire.fetch

    def meanwhile(request):
        answer = fetch(request)
        if request.url.endswith("/ship/v1/shipments"):
            monkeypatch.setattr(wire, "fetch", fetch)
            s.sent(order_id)
        return answer

    monkeypatch.setattr(wire, "fetch", meanwhile)
    refused = sending.label(order_id)
    assert (refused.status, refused.json["code"]) == (409, "nothing_to_send")
    assert [one.void for one in core.parcels.values()] == [True]
    assert [one.state for one in orders().whole(order_id).parcels] == ["sent"]


def test_a_label_for_where_it_does_not_go_any_more_is_taken_back(core, monkeypatch):
    order_id = an_order("fedex")
    fetch = wire.fetch
    elsewhere = {"name": "Bela", "line1": "Rue Sala 99", "city": "Lyon", "country": "FR", "postcode": "69002"}

    def meanwhile(request):
        answer = fetch(request)
        if request.url.endswith("/ship/v1/shipments"):
            monkeypatch.setattr(wire, "fetch", fetch)
            assert b.by()("PUT", f"/v1/orders/{order_id}/address", elsewhere).status == 200
        return answer

    monkeypatch.setattr(wire, "fetch", meanwhile)
    refused = sending.label(order_id)
    assert (refused.status, refused.json["code"]) == (409, "address_moved")
    assert [one.void for one in core.parcels.values()] == [True]
    sending.labelled(order_id)
    late = b.by()("PUT", f"/v1/orders/{order_id}/address", elsewhere | {"line1": "Rue Sala 1"})
    assert (late.status, late.json["code"]) == (409, "sent_already")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"carrier": "fedex"}, "carrier_not_offered"),
        ({"carrier": "manual"}, "carrier_not_offered"),
        ({"lines": {"nobodys": 1}}, "no_such_line"),
        ({"lines": {s.LINE: 9}}, "nothing_to_send"),
    ],
)
def test_what_cannot_be_labelled_asks_nobody(core, said, code):
    order_id = an_order()
    assert sending.label(order_id, **said).json["code"] == code
    assert not core.asked


@pytest.mark.parametrize("name", c.NAMES)
def test_keys_that_an_operator_forgot_ask_nobody_and_prove_nothing(core, name):
    order_id = an_order(name)
    cloud.client("secretsmanager").put_secret_value(SecretId="carrier-keys", SecretString="{}")
    settings.forget()
    answer = sending.label(order_id)
    assert (answer.status, answer.json["code"], core.asked) == (503, "carrier_misconfigured", [])
    assert sending.calls(name, {"x-api-key": "", "metco-carrier-token": ""}, b"{}").status == 400


def test_before_anybody_said_from_where_nothing_is_labelled(core):
    order_id = s.paid()
    assert sending.label(order_id).json["code"] == "carrier_not_offered"


def test_whoever_has_left_is_sent_nothing(core):
    order_id = an_order()
    b.hear("UserErased", "metco.identity", user_id=a.BUYER)
    assert sending.label(order_id).json["code"] == "address_gone"


def test_before_it_is_paid_nothing_is_labelled(core):
    order_id = b.placed()
    sending.choose("dhl")
    assert sending.label(order_id).status == 404
    assert not core.asked


def test_a_label_is_of_its_own_store_only(core):
    order_id = an_order()
    made = sending.labelled(order_id)
    path = f"/v1/stores/{a.OTHER_STORE}/orders/{order_id}/parcels/{made['parcel_id']}/label"
    assert b.of_store(a.OTHER_STORE)("GET", path).status == 404


def test_what_goes_by_hand_has_no_label(core):
    order_id = an_order()
    made = s.sent(order_id)
    path = f"/v1/stores/{a.STORE}/orders/{order_id}/parcels/{made}/label"
    assert b.of_store()("GET", path).status == 404


def test_a_label_nobody_uses_is_taken_back_at_the_carrier(core, world):
    order_id = an_order("fedex")
    made = sending.labelled(order_id)
    assert s.move(order_id, made["parcel_id"], "void").status == 200
    sending.hear_on(world, times=2)
    assert [one.void for one in core.parcels.values()] == [True]
    again = sending.labelled(order_id)
    assert (again["parcel_id"] != made["parcel_id"], again["lines"]) == (True, made["lines"])


def test_labels_leave_with_whoever_is_on_them(core):
    order_id = an_order()
    made = sending.labelled(order_id)
    b.hear("UserErased", "metco.identity", user_id=a.BUYER)
    listed = cloud.client("s3").list_objects_v2(Bucket=cloud.BUCKET, Prefix="labels/")
    assert listed["KeyCount"] == 0
    assert parcel(order_id, made["parcel_id"]).tracking_number == made["tracking_number"]


# Where it is


@pytest.mark.parametrize("name", c.NAMES)
def test_what_a_carrier_tells_moves_its_parcel(core, world, name):
    order_id, parcel_id, number = prepared(core, name)
    core.move(number, "collected")
    assert sending.call_back(core) == [200]
    sending.hear_on(world)
    assert (parcel(order_id, parcel_id).state, state(order_id)) == ("under_way", "shipped")
    core.move(number, "delivered")
    sending.call_back(core)
    sending.hear_on(world)
    kept = parcel(order_id, parcel_id)
    assert (kept.state, kept.received, state(order_id)) == ("delivered", "carrier", "delivered")


@pytest.mark.parametrize("name", c.NAMES)
def test_calls_that_come_twice_shuffled_or_never_change_nothing_of_it(core, world, now, name):
    order_id, parcel_id, number = prepared(core, name)
    for move in ("collected", "sorted", "courier", "delivered"):
        now(timedelta(hours=1))
        core.move(number, move)
    core.faults.duplicate, core.faults.drop, core.faults.shuffle, core.faults.seed = 0.7, 0.3, True, 5
    sending.call_back(core)
    sending.hear_on(world, times=3)
    assert (parcel(order_id, parcel_id).state, state(order_id)) == ("delivered", "delivered")
    sent = [one["metadata"]["type"] for one in world.envelopes() if one["metadata"]["type"] == "SellerOrderDelivered"]
    assert sent == ["SellerOrderDelivered"]


def test_a_call_is_written_down_once(core, world):
    _, _, number = prepared(core)
    core.move(number, "collected")
    _, headers, body = core.said(core.due()[0])
    assert [sending.calls("dhl", headers, body).status for _ in range(3)] == [200, 200, 200]
    assert len([one for one in world.envelopes() if one["metadata"]["type"] == "CarrierCalled"]) == 1


def test_nothing_that_a_call_says_is_believed(core, world):
    """Whoever knows DHL's token says that it has arrived. DHL itself is asked, and knows better."""
    order_id, parcel_id, number = prepared(core)
    said = {"scope": "subscription.push", "shipments": [{"id": number, "status": {"statusCode": "delivered"}}]}
    assert sending.calls("dhl", {"metco-carrier-token": c.TOKENS["dhl"]}, json.dumps(said).encode()).status == 200
    sending.hear_on(world)
    assert (parcel(order_id, parcel_id).state, state(order_id)) == ("label", "confirmed")


def test_no_name_or_address_of_a_call_is_kept(core, world):
    said = {"awb": "1904142475", "consignee": "Bela Buyer", "scans": [{"location": "her street"}]}
    sending.calls("shiprocket", {"x-api-key": c.TOKENS["shiprocket"]}, json.dumps(said).encode())
    assert not [row for row in world.items() if "Bela Buyer" in str(row) or "her street" in str(row)]
    assert "1904142475" not in str(world.envelopes())


@pytest.mark.parametrize("name", c.NAMES)
def test_whoever_cannot_prove_to_be_the_carrier_changes_nothing(core, world, name):
    _, _, number = prepared(core, name)
    before = world.items()
    answer = sending.calls(
        name, {"x-api-key": "guessed", "fdx-signature": "Z3Vlc3NlZA=="}, json.dumps({"awb": number}).encode()
    )
    assert (answer.status, answer.json["code"]) == (400, "carrier_unproven")
    assert world.items() == before


@pytest.mark.parametrize("address", ["shiprocket", "manual", "nobody"])
def test_nobody_else_has_an_address_to_call(core, address):
    """Shiprocket calls no address that has its own name in it."""
    answer = b.by()("POST", f"/v1/carriers/{address}/events", {})
    assert answer.status == 404


def test_a_parcel_that_is_nobodys_is_told_and_harmless(core, world, capsys):
    said = {"scope": "subscription.push", "shipments": [{"id": "9999999999"}]}
    sending.calls("dhl", {"metco-carrier-token": c.TOKENS["dhl"]}, json.dumps(said).encode())
    asked = len(core.asked)
    assert sending.hear_on(world) == 1
    assert len(core.asked) == asked
    assert "parcels_unknown_total" in capsys.readouterr().out


def test_a_number_that_a_store_typed_is_not_followed(core, world):
    """Else whoever knows the number of a parcel that has arrived, of anybody, were paid for it."""
    core.hooks = dict.fromkeys(c.NAMES, "https://metco.example")
    order_id, _, number = prepared(core)
    other = an_order("dhl", quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    typed = s.sent(other, carrier="dhl", tracking_number=number)
    core.move(number, "collected")
    core.move(number, "delivered")
    sending.call_back(core)
    sending.hear_on(world)
    assert (state(order_id), state(other), parcel(other, typed).state) == ("delivered", "shipped", "sent")


@pytest.mark.parametrize("name", c.NAMES)
def test_a_carrier_that_never_calls_is_asked(core, now, name):
    order_id, parcel_id, number = prepared(core, name)
    core.hooks = {}
    core.move(number, "collected")
    sending.look_for()
    assert parcel(order_id, parcel_id).state == "label"
    now(timedelta(hours=7))
    sending.look_for()
    assert parcel(order_id, parcel_id).state == "under_way"
    core.move(number, "delivered")
    now(timedelta(hours=7))
    sending.look_for()
    assert state(order_id) == "delivered"


def test_what_has_arrived_is_not_asked_about_any_more(core, now):
    _, _, number = prepared(core)
    core.move(number, "collected")
    core.move(number, "delivered")
    now(timedelta(hours=7))
    sending.look_for()
    asked = len(core.asked)
    now(timedelta(hours=7))
    sending.look_for()
    assert (len(core.asked), carriers().find("dhl", number)) == (asked, None)


def test_what_is_silent_for_ever_is_not_asked_about_for_ever(core, now):
    _, _, number = prepared(core)
    now(timedelta(days=61))
    sending.look_for()
    assert carriers().find("dhl", number) is None


def test_a_carrier_that_is_down_is_asked_again_and_holds_up_no_other(core, now, monkeypatch):
    first, _, dhls = prepared(core)
    order_id = an_order("fedex", quote_id=a.an_id("qte", 2), basket_id=a.an_id("bsk", 2))
    made = sending.labelled(order_id)
    for number in (dhls, made["tracking_number"]):
        core.move(number, "collected")
        core.move(number, "delivered")
    now(timedelta(hours=7))
    core.faults.plan(Fault("unavailable", "/mydhlapi/.*"))
    with pytest.raises(ExceptionGroup):
        sending.look_for()
    assert (state(first), state(order_id)) == ("confirmed", "delivered")
    sending.look_for()
    assert state(first) == "delivered"


def test_what_comes_back_is_to_be_sent_again(core, world):
    order_id, parcel_id, number = prepared(core)
    core.move(number, "back")
    sending.call_back(core)
    sending.hear_on(world)
    assert parcel(order_id, parcel_id).state == "back"
    assert [line["sent"] for line in s.part(order_id)["lines"]] == [0, 0]
    assert sending.labelled(order_id)["lines"] == {s.LINE: 2, s.OTHER_LINE: 1}


def test_what_is_lost_is_to_be_sent_again(core, world):
    order_id, parcel_id, number = prepared(core)
    core.move(number, "lost")
    sending.call_back(core)
    sending.hear_on(world)
    assert parcel(order_id, parcel_id).state == "lost"
    assert [line["lost"] for line in s.part(order_id)["lines"]] == [2, 1]


def test_a_void_label_that_is_used_all_the_same_is_told_of(core, world, capsys):
    order_id, parcel_id, number = prepared(core)
    s.move(order_id, parcel_id, "void")
    core.move(number, "collected")
    sending.call_back(core)
    sending.hear_on(world)
    assert parcel(order_id, parcel_id).state == "void"
    assert "parcels_unexpected_total" in capsys.readouterr().out


def test_a_label_of_what_was_sent_otherwise_is_told_of(core, world, capsys):
    order_id, parcel_id, number = prepared(core)
    s.sent(order_id)
    core.move(number, "collected")
    sending.call_back(core)
    sending.hear_on(world)
    assert (parcel(order_id, parcel_id).state, state(order_id)) == ("label", "shipped")
    assert "parcels_unexpected_total" in capsys.readouterr().out


def test_an_answer_that_is_lost_while_asking_where_it_is_is_asked_for_again(core, world):
    order_id, _, number = prepared(core)
    core.move(number, "collected")
    sending.call_back(core)
    core.faults.plan(Fault("never", ".*tracking"))
    [told] = [one for one in world.envelopes() if one["metadata"]["type"] == "CarrierCalled"]
    assert not b.hears("CarrierCalled", **told["data"])
    assert b.hears("CarrierCalled", **told["data"])
    assert state(order_id) == "shipped"


def test_dhls_subscription_is_answered(core):
    from local.carriers import dhl

    headers, body = dhl.validation(core)
    assert sending.calls("dhl", headers, body).status == 200
    assert core.activated


def test_a_subscription_that_cannot_be_answered_is_asked_for_again(core):
    from local.carriers import dhl

    core.faults.plan(Fault("never", ".*subscription.*"))
    headers, body = dhl.validation(core)
    assert sending.calls("dhl", headers, body).status == 503
    assert not core.activated
