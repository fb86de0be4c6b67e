"""Shiprocket, which books India's couriers: an order there, a waybill for it, its label, tracking, and its call-backs.

apidocs.shiprocket.in. It has neither idempotency nor a place to try things: what was made is looked for first.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode, urlsplit

from functions.orders.carriers import heard as told
from functions.orders.carriers import wire
from functions.orders.model.carriers import CarrierRate, CarrierUnproven, Consignment, Labelled, Scan, Stand, Tracked
from functions.orders.rules.tracking import tracked
from kernel import clock
from kernel.outside import Request

CARRIER = "shiprocket"
BASE = "/v1/external"
PAGE = "https://shiprocket.co/tracking/{number}"
GOOD_FOR = timedelta(days=9)  # a token lives for ten
INDIA = timezone(timedelta(hours=5, minutes=30))  # its times have no zone: they are India's
CURRENCY = "INR"

# "Shipment Status Codes": what is not here is on its way
STANDS: dict[str, Stand] = {
    "7": "delivered",
    "23": "delivered",  # partly: a return or a complaint is the buyer's
    "26": "delivered",
    **dict.fromkeys(("9", "10", "14", "40", "41", "46"), "back"),
    **dict.fromkeys(("12", "24", "25", "44"), "lost"),
}
BEFORE = frozenset({"", "NA", "1", "2", "3", "4", "5", "8", "11", "13", "15", "16", "19", "20", "27", "45", "52"})

_token: tuple[str, datetime, str] | None = None


def rates(asked: Consignment) -> list[CarrierRate]:
    where = {
        "pickup_postcode": asked.sender.postcode,
        "delivery_postcode": asked.receiver.postcode,
        "weight": asked.package.weight_g / 1000,
        "cod": 0,
    }
    status, said = _ask("GET", f"/courier/serviceability/?{urlencode(where)}")
    if status != 200 or said.get("status") not in (200, None):
        raise wire.refused(CARRIER, said.get("message"))
    return [rate for one in said.get("data", {}).get("available_courier_companies", ()) if (rate := _rate(one))]


def _rate(one: wire.Body) -> CarrierRate | None:
    price = wire.price(one.get("rate"), CURRENCY)
    if not price:
        return None
    name, service = str(one.get("courier_name", ""))[:120], str(one["courier_company_id"])
    return CarrierRate(carrier="shiprocket", service=service, name=name, price=price, arrives_on=_day(one.get("etd")))


def _day(text: Any) -> date | None:
    try:
        return datetime.strptime(str(text), "%b %d, %Y").replace(tzinfo=INDIA).date()
    except ValueError:
        return None


def label(asked: Consignment, *, before: bool) -> Labelled:
    """From wherever it was left: an order of this reference, its waybill, its label, which can be had again."""
    shipment_id, number = _made(asked) if before else (0, "")
    if not shipment_id:
        shipment_id = _ordered(asked)
    number = number or _assigned(shipment_id, asked.service)
    status, said = _ask("POST", "/courier/generate/label", {"shipment_id": [shipment_id]})
    if status != 200 or not said.get("label_url"):
        raise wire.refused(CARRIER, said.get("response") or said.get("message"))
    pdf = _printed(str(said["label_url"]))
    url = PAGE.format(number=number)
    return Labelled(tracking_number=number, tracking_url=url, service=asked.service, pdf=pdf)


def _made(asked: Consignment) -> tuple[int, str]:
    status, said = _ask("GET", f"/orders?{urlencode({'search': asked.reference})}")
    for one in said.get("data", ()) if status == 200 else ():
        shipments = one.get("shipments") or []
        if one.get("channel_order_id") == asked.reference and shipments and one.get("status") != "CANCELED":
            return int(shipments[0]["id"]), str(shipments[0].get("awb") or "")
    return 0, ""


def _ordered(asked: Consignment) -> int:
    to, size = asked.receiver, asked.package
    first, _, last = to.name.partition(" ")
    body = {
        "order_id": asked.reference,
        "order_date": f"{asked.sent_on.astimezone(INDIA):%Y-%m-%d %H:%M}",
        "pickup_location": asked.pickup_location,
        "billing_customer_name": first,
        "billing_last_name": last,
        "billing_address": to.line1,
        "billing_address_2": to.line2,
        "billing_city": to.city,
        "billing_pincode": to.postcode,
        "billing_state": to.region,
        "billing_country": "India" if to.country == "IN" else to.country,
        "billing_email": asked.email,
        "billing_phone": asked.phone.removeprefix("+91").removeprefix("+"),
        "shipping_is_billing": True,
        "order_items": [
            {
                "name": one.title or "Goods",
                "sku": one.line_id,
                "units": one.quantity,
                "selling_price": round(wire.decimal(one.value) / one.quantity, 2),
            }
            for one in asked.contents
        ],
        "payment_method": "Prepaid",
        "sub_total": wire.decimal(asked.value),
        "length": size.length_cm,
        "breadth": size.width_cm,
        "height": size.height_cm,
        "weight": size.weight_g / 1000,
    }
    status, said = _ask("POST", "/orders/create/adhoc", body)
    if status != 200 or not said.get("shipment_id"):
        raise wire.refused(CARRIER, _words(said))
    return int(said["shipment_id"])


def _assigned(shipment_id: int, service: str) -> str:
    chosen = {"courier_id": int(service)} if service.isdecimal() else {}
    status, said = _ask("POST", "/courier/assign/awb", {"shipment_id": shipment_id} | chosen)
    data = (said.get("response") or {}).get("data") or {}
    if status != 200 or said.get("awb_assign_status") != 1 or not data.get("awb_code"):
        raise wire.refused(CARRIER, data.get("awb_assign_error") or _words(said))
    return str(data["awb_code"])


def _printed(url: str) -> bytes:
    """It lies where Shiprocket says. Nothing is fetched from just anywhere."""
    at, known = urlsplit(url), urlsplit(wire.url(CARRIER))
    ours = (at.scheme, at.netloc) == (known.scheme, known.netloc)
    stored = at.scheme == "https" and (at.hostname or "").endswith((".amazonaws.com", ".shiprocket.in"))
    if not ours and not stored:
        raise wire.refused(CARRIER, "the label lies in a place that is not Shiprocket's")
    status, pdf = wire.raw(CARRIER, Request("GET", url))
    if status != 200:
        raise wire.refused(CARRIER, "the label cannot be fetched")
    return pdf


def void(number: str) -> None:
    """What Shiprocket says to a second time does not matter."""
    _ask("POST", "/orders/cancel/shipment/awbs", {"awbs": [number]})


def track(number: str) -> Tracked | None:
    status, said = _ask("GET", f"/courier/track/awb/{number}")
    data = said.get("tracking_data") or {}
    if status != 200 or not data.get("track_status"):
        return None
    return tracked(scan for one in data.get("shipment_track_activities") or () if (scan := _scan(one)))


def _scan(one: wire.Body) -> Scan | None:
    what = str(one.get("sr-status", ""))
    try:
        at = datetime.fromisoformat(str(one["date"])).replace(tzinfo=INDIA)
    except (KeyError, ValueError):
        return None
    return Scan(what=what[:60], stand="label" if what in BEFORE else STANDS.get(what, "under_way"), at=at)


def heard(raw: bytes, headers: Mapping[str, str]) -> list[str]:
    """Shiprocket sends the token of its panel as `x-api-key`. There is no signature over what it says."""
    given = headers.get("x-api-key", "").encode()
    tokens = [str(one).encode() for one in wire.key(CARRIER).get("webhook_tokens", ()) if one]
    if not any(hmac.compare_digest(given, one) for one in tokens):
        raise CarrierUnproven()
    return told.numbers(told.document(raw), "awb")


def _words(said: wire.Body) -> str:
    errors = said.get("errors") or {}
    each = [str(word) for words in errors.values() for word in words] if isinstance(errors, dict) else []
    return "; ".join((str(said.get("message") or ""), *each)).strip("; ")


def _ask(method: str, path: str, body: wire.Body | None = None) -> tuple[int, wire.Body]:
    headers = {"Authorization": f"Bearer {_bearer()}", "Content-Type": "application/json"}
    sent = json.dumps(body).encode() if body else None
    return wire.ask(CARRIER, Request(method, f"{wire.url(CARRIER)}{BASE}{path}", headers, sent))


def _bearer() -> str:
    global _token
    kept, now = wire.key(CARRIER), clock.now()
    email = str(kept["email"])
    if _token and _token[0] == email and now < _token[1]:
        return _token[2]
    asked = json.dumps({"email": email, "password": str(kept["password"])}).encode()
    headers = {"Content-Type": "application/json"}
    status, said = wire.ask(CARRIER, Request("POST", f"{wire.url(CARRIER)}{BASE}/auth/login", headers, asked))
    if status != 200 or not said.get("token"):
        raise wire.CarrierMisconfigured()
    _token = email, now + GOOD_FOR, str(said["token"])
    return _token[2]


def forget() -> None:
    """The token that was asked for. For tests."""
    global _token
    _token = None
