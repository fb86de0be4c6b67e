"""DHL Express, by MyDHL API: products with their prices, a shipment with its label, tracking; and DHL's push messages.

developer.dhl.com/api-reference/dhl-express-mydhl-api, developer.dhl.com/api-reference/shipment-tracking-unified-push
"""

import base64
import hmac
import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime

from functions.orders.carriers import heard as told
from functions.orders.carriers import wire
from functions.orders.model.addresses import DeliveryAddress, SentTo
from functions.orders.model.carriers import CarrierRate, CarrierUnproven, Consignment, Labelled, Scan, Stand, Tracked
from functions.orders.rules.tracking import tracked
from kernel import log
from kernel.outside import Request

CARRIER = "dhl"
PAGE = "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}"
HEADER = "metco-carrier-token"  # the one we name in our subscription, and DHL sends with each message

# MyDHL API, tracking events: what is not here is on its way. Delivered damaged is delivered: a return is the buyer's.
STANDS: dict[str, Stand] = {"OK": "delivered", "DD": "delivered", "RT": "back", "DS": "lost"}
BEFORE = frozenset({"SD", "RW"})  # data about it, and not it


def rates(asked: Consignment) -> list[CarrierRate]:
    body = {
        "customerDetails": {"shipperDetails": _where(asked.sender), "receiverDetails": _where(asked.receiver)},
        "accounts": _accounts(),
        "plannedShippingDateAndTime": f"{asked.sent_on:%Y-%m-%dT%H:%M:%S}GMT+00:00",
        "unitOfMeasurement": "metric",
        "isCustomsDeclarable": asked.crosses_border,
        "packages": [_packed(asked)],
    }
    if asked.crosses_border and asked.contents:
        declared = {"typeCode": "declaredValue", "value": wire.decimal(asked.value), "currency": asked.value.currency}
        body["monetaryAmount"] = [declared]
    status, said = _ask("POST", "/rates", body, asked.reference)
    if status != 200:
        raise wire.refused(CARRIER, _words(said))
    return [rate for one in said.get("products", ()) if (rate := _rate(one))]


def _rate(one: wire.Body) -> CarrierRate | None:
    """Of the prices it names, the one in the currency that we are billed in."""
    billed: wire.Body = next((each for each in one.get("totalPrice", ()) if each.get("currencyType") == "BILLC"), {})
    price = wire.price(billed.get("price"), billed.get("priceCurrency"))
    day = str((one.get("deliveryCapabilities") or {}).get("estimatedDeliveryDateAndTime", ""))[:10]
    if not price or not price.minor:
        return None  # it says so of what it does not sell
    arrives = date.fromisoformat(day) if day else None
    name = str(one.get("productName", ""))[:120]
    return CarrierRate(carrier="dhl", service=one["productCode"], name=name, price=price, arrives_on=arrives)


def label(asked: Consignment, *, before: bool) -> Labelled:
    """MyDHL API knows neither idempotency nor taking back. A waybill that nobody uses is not billed, so it is left."""
    if before:
        log.info("asked for again", outside=CARRIER, reference=asked.reference)
    body = {
        "plannedShippingDateAndTime": f"{asked.sent_on:%Y-%m-%dT%H:%M:%S} GMT+00:00",
        "pickup": {"isRequested": False},
        "productCode": asked.service,
        "accounts": _accounts(),
        "customerReferences": [{"value": asked.reference, "typeCode": "CU"}],
        "outputImageProperties": {
            "encodingFormat": "pdf",
            "imageOptions": [{"typeCode": "label", "templateName": "ECOM26_84_001", "isRequested": True}],
        },
        "customerDetails": {
            "shipperDetails": _party(asked.sender, asked.sender.phone, ""),
            "receiverDetails": _party(asked.receiver, asked.phone, asked.email),
        },
        "content": {
            "packages": [_packed(asked)],
            "isCustomsDeclarable": asked.crosses_border,
            "description": ", ".join(one.title for one in asked.contents)[:70] or "Goods",
            "incoterm": "DAP",
            "unitOfMeasurement": "metric",
            **_customs(asked),
        },
    }
    status, said = _ask("POST", "/shipments", body, asked.reference)
    if status != 201:
        raise wire.refused(CARRIER, _words(said))
    number = str(said["shipmentTrackingNumber"])
    pdf = next((one["content"] for one in said.get("documents", ()) if one.get("typeCode") == "label"), "")
    url = PAGE.format(number=number)
    return Labelled(tracking_number=number, tracking_url=url, service=asked.service, pdf=base64.b64decode(pdf))


def void(number: str) -> None:
    """Left unused, which costs nothing."""
    log.info("waybill left unused", outside=CARRIER, tracking_number=number)


def track(number: str) -> Tracked | None:
    status, said = _ask("GET", f"/shipments/{number}/tracking?trackingView=all-checkpoints&levelOfDetail=all", None, "")
    [shipment, *_] = said.get("shipments") or [{}] if status == 200 else [{}]
    if not shipment:
        return None
    return tracked(scan for one in shipment.get("events", ()) if (scan := _scan(one)))


def _scan(one: wire.Body) -> Scan | None:
    what = str(one.get("typeCode", ""))
    try:
        at = datetime.fromisoformat(f"{one['date']}T{one['time']}{one.get('GMTOffset') or '+00:00'}")
    except (KeyError, ValueError):
        return None
    return Scan(what=what[:60], stand="label" if what in BEFORE else STANDS.get(what, "under_way"), at=at)


def heard(raw: bytes, headers: Mapping[str, str]) -> list[str]:
    """DHL sends the token of our subscription in the header that we named. There is no signature over what it says."""
    given = headers.get(HEADER, "").encode()
    tokens = [str(one).encode() for one in wire.key(CARRIER).get("webhook_tokens", ()) if one]
    if not any(hmac.compare_digest(given, one) for one in tokens):
        raise CarrierUnproven()
    said = told.document(raw)
    if isinstance(said, dict) and said.get("scope") == "subscription.validate":
        _activate(said)
        return []
    shipments = said.get("shipments") if isinstance(said, dict) else None
    each = shipments if isinstance(shipments, list) else []
    return told.numbers([{"id": one.get("id")} for one in each if isinstance(one, dict)], "id")


def _activate(said: wire.Body) -> None:
    """DHL asks whether we want its messages at this address: answered by the secret that it asks with."""
    known = wire.place(CARRIER) or {}
    where, subscription = str(known.get("push_url", "")).rstrip("/"), str(said.get("self", "")).rpartition("/")[2]
    if not where or not subscription.replace("-", "").isalnum():
        return
    headers = {"DHL-API-Key": str(wire.key(CARRIER).get("push_key", "")), "DHL-API-Hook-Secret": str(said["secret"])}
    status, _ = wire.ask(CARRIER, Request("POST", f"{where}/subscription/{subscription}", headers))
    log.info("subscription answered", outside=CARRIER, status=status)


def _where(address: SentTo | DeliveryAddress) -> wire.Body:
    """`region` is no code everywhere, and DHL wants one: it finds the place by its postcode."""
    return {"postalCode": address.postcode, "cityName": address.city, "countryCode": address.country}


def _party(address: SentTo | DeliveryAddress, phone: str, email: str) -> wire.Body:
    lines = {"addressLine1": address.line1[:45]} | ({"addressLine2": address.line2[:45]} if address.line2 else {})
    contact = {"phone": phone, "companyName": (address.company or address.name)[:100], "fullName": address.name}
    return {
        "postalAddress": _where(address) | lines,
        "contactInformation": contact | ({"email": email[:70]} if email else {}),
    }


def _packed(asked: Consignment) -> wire.Body:
    size = asked.package
    return {
        "weight": size.weight_g / 1000,
        "dimensions": {"length": size.length_cm, "width": size.width_cm, "height": size.height_cm},
    }


def _customs(asked: Consignment) -> wire.Body:
    if not asked.crosses_border or not asked.contents:
        return {}
    pieces = sum(one.quantity for one in asked.contents)
    each_kg = max(0.001, round(asked.package.weight_g / 1000 / pieces, 3))
    lines = [
        {
            "number": number,
            "description": one.title[:512] or "Goods",
            "price": round(wire.decimal(one.value) / one.quantity, 3),
            "quantity": {"value": one.quantity, "unitOfMeasurement": "PCS"},
            "manufacturerCountry": asked.sender.country,
            "exportReasonType": "permanent",
            "weight": {"netValue": round(each_kg * one.quantity, 3), "grossValue": round(each_kg * one.quantity, 3)},
        }
        for number, one in enumerate(asked.contents, 1)
    ]
    invoice = {"number": asked.reference, "date": f"{asked.sent_on:%Y-%m-%d}"}
    return {
        "declaredValue": wire.decimal(asked.value),
        "declaredValueCurrency": asked.value.currency,
        "exportDeclaration": {"lineItems": lines, "invoice": invoice},
    }


def _accounts() -> list[wire.Body]:
    return [{"typeCode": "shipper", "number": str(wire.key(CARRIER)["account"])}]


def _words(said: wire.Body) -> str:
    details = said.get("additionalDetails") or []
    return "; ".join(str(one) for one in (said.get("detail") or said.get("title"), *details) if one)


def _ask(method: str, path: str, body: wire.Body | None, named: str) -> tuple[int, wire.Body]:
    known = wire.key(CARRIER)
    basic = base64.b64encode(f"{known['username']}:{known['password']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    if named:  # 28 to 36 characters, says DHL
        headers["Message-Reference"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"metco/{named}"))
    sent = json.dumps(body).encode() if body else None
    return wire.ask(CARRIER, Request(method, f"{wire.url(CARRIER)}{path}", headers, sent))
