"""FedEx, by its REST API: OAuth, rates, a shipment with its label, tracking, and its signed call-backs.

developer.fedex.com: authorization/v1, rate/v1, ship/v1, track/v1, shipment-visibility-webhook
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from functions.orders.carriers import heard as told
from functions.orders.carriers import wire
from functions.orders.model.addresses import DeliveryAddress, SentTo
from functions.orders.model.carriers import CarrierRate, CarrierUnproven, Consignment, Labelled, Scan, Stand, Tracked
from functions.orders.rules.tracking import tracked
from kernel import clock
from kernel.outside import Request

CARRIER = "fedex"
PAGE = "https://www.fedex.com/fedextrack/?trknbr={number}"
LOOK_BACK = timedelta(days=15)  # how far back a parcel is looked for by our reference

# Tracking Status Codes: what is not here is on its way, or says nothing of where it is
STANDS: dict[str, Stand] = {"DL": "delivered", "RS": "back"}
BEFORE = frozenset({"OC", "OX", "CA", "PD", "AP", "EP", "RR", "RM", "RC", "RP", "LP", "RG", "RD"})

_token: tuple[str, datetime, str] | None = None


def rates(asked: Consignment) -> list[CarrierRate]:
    shipment = {
        "shipper": {"address": _where(asked.sender)},
        "recipient": {"address": _where(asked.receiver)},
        "pickupType": "DROPOFF_AT_FEDEX_LOCATION",
        "rateRequestType": ["ACCOUNT"],
        "requestedPackageLineItems": [_packed(asked)],
        **_customs(asked),
    }
    control = {"returnTransitTimes": True}
    body = {"accountNumber": _account(), "rateRequestControlParameters": control, "requestedShipment": shipment}
    status, said = _ask("POST", "/rate/v1/rates/quotes", body, asked.reference)
    if status != 200:
        raise wire.refused(CARRIER, _words(said))
    return [rate for one in said.get("output", {}).get("rateReplyDetails", ()) if (rate := _rate(one))]


def _rate(one: wire.Body) -> CarrierRate | None:
    """Of the prices it names, ours."""
    for priced in one.get("ratedShipmentDetails", ()):
        price = wire.price(priced.get("totalNetCharge"), priced.get("currency"))
        if priced.get("rateType") == "ACCOUNT" and price:
            day = str((one.get("commit") or {}).get("dateDetail", {}).get("dayCxsFormat", ""))[:10]
            name = str(one.get("serviceName") or one["serviceType"])[:120]
            arrives = date.fromisoformat(day) if day else None
            return CarrierRate(carrier="fedex", service=one["serviceType"], name=name, price=price, arrives_on=arrives)
    return None


def label(asked: Consignment, *, before: bool) -> Labelled:
    """FedEx knows no idempotency. What may have been made before is found by our reference, and taken back first."""
    if before:
        for number in _made(asked):
            void(number)
    references = [{"customerReferenceType": "CUSTOMER_REFERENCE", "value": asked.reference}]
    shipment = {
        "shipper": {"contact": _who(asked.sender, asked.sender.phone), "address": _where(asked.sender)},
        "recipients": [{"contact": _who(asked.receiver, asked.phone), "address": _where(asked.receiver)}],
        "shipDatestamp": f"{asked.sent_on:%Y-%m-%d}",
        "serviceType": asked.service,
        "packagingType": "YOUR_PACKAGING",
        "pickupType": "DROPOFF_AT_FEDEX_LOCATION",
        "shippingChargesPayment": {"paymentType": "SENDER"},
        "labelSpecification": {"imageType": "PDF", "labelStockType": "PAPER_4X6"},
        "requestedPackageLineItems": [_packed(asked) | {"customerReferences": references}],
        **_customs(asked),
    }
    body = {"labelResponseOptions": "LABEL", "accountNumber": _account(), "requestedShipment": shipment}
    status, said = _ask("POST", "/ship/v1/shipments", body, asked.reference)
    if status != 200:
        raise wire.refused(CARRIER, _words(said))
    [made, *_] = said["output"]["transactionShipments"]
    documents = [one for piece in made.get("pieceResponses", ()) for one in piece.get("packageDocuments", ())]
    pdf = next((one["encodedLabel"] for one in documents if one.get("encodedLabel")), "")
    number = str(made["masterTrackingNumber"])
    url, service = PAGE.format(number=number), str(made.get("serviceType") or asked.service)
    return Labelled(tracking_number=number, tracking_url=url, service=service, pdf=base64.b64decode(pdf))


def void(number: str) -> None:
    """Taken back before anybody has scanned it, it costs nothing. What FedEx says to a second time does not matter."""
    body = {"accountNumber": _account(), "trackingNumber": number, "deletionControl": "DELETE_ALL_PACKAGES"}
    _ask("PUT", "/ship/v1/shipments/cancel", body, number)


def track(number: str) -> Tracked | None:
    body = {"includeDetailedScans": True, "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}}]}
    status, said = _ask("POST", "/track/v1/trackingnumbers", body, number)
    results = list(_results(said)) if status == 200 else []
    if not results or results[0].get("error"):
        return None
    return tracked(scan for one in results[0].get("scanEvents", ()) if (scan := _scan(one)))


def _scan(one: wire.Body) -> Scan | None:
    what = str(one.get("eventType") or one.get("derivedStatusCode") or "")
    try:
        at = datetime.fromisoformat(str(one.get("date", "")))
    except ValueError:
        return None
    if not what or at.tzinfo is None:
        return None
    return Scan(what=what[:60], stand="label" if what in BEFORE else STANDS.get(what, "under_way"), at=at)


def heard(raw: bytes, headers: Mapping[str, str]) -> list[str]:
    """Signed over these very bytes with the security token: base64 of its HMAC-SHA256, in `fdx-signature`."""
    signed = headers.get("fdx-signature", "").encode()
    tokens = [one for one in wire.key(CARRIER).get("webhook_tokens", ()) if one]
    expected = [base64.b64encode(hmac.digest(one.encode(), raw, hashlib.sha256)) for one in tokens]
    if not any(hmac.compare_digest(signed, one) for one in expected):
        raise CarrierUnproven()
    return told.numbers(told.document(raw), "trackingNumber")


def _made(asked: Consignment) -> Iterable[str]:
    wanted = {
        "type": "CUSTOMER_REFERENCE",
        "value": asked.reference,
        "accountNumber": _account()["value"],
        "shipDateBegin": f"{asked.sent_on - LOOK_BACK:%Y-%m-%d}",
        "shipDateEnd": f"{asked.sent_on:%Y-%m-%d}",
    }
    body = {"referencesInformation": wanted, "includeDetailedScans": False}
    status, said = _ask("POST", "/track/v1/referencenumbers", body, asked.reference)
    for one in _results(said) if status == 200 else ():
        if not one.get("error") and (number := one.get("trackingNumberInfo", {}).get("trackingNumber")):
            yield str(number)


def _results(said: wire.Body) -> Iterable[wire.Body]:
    for complete in said.get("output", {}).get("completeTrackResults", ()):
        yield from complete.get("trackResults", ())


def _where(address: SentTo | DeliveryAddress) -> wire.Body:
    region = {"stateOrProvinceCode": address.region} if address.region else {}
    return {
        "streetLines": [line for line in (address.line1, address.line2) if line],
        "city": address.city,
        "postalCode": address.postcode,
        "countryCode": address.country,
    } | region


def _who(address: SentTo | DeliveryAddress, phone: str) -> wire.Body:
    company = {"companyName": address.company} if address.company else {}
    return {"personName": address.name, "phoneNumber": phone.removeprefix("+")} | company


def _packed(asked: Consignment) -> wire.Body:
    size = asked.package
    return {
        "weight": {"units": "KG", "value": size.weight_g / 1000},
        "dimensions": {"length": size.length_cm, "width": size.width_cm, "height": size.height_cm, "units": "CM"},
    }


def _customs(asked: Consignment) -> wire.Body:
    if not asked.crosses_border or not asked.contents:
        return {}
    pieces = sum(one.quantity for one in asked.contents)
    each_kg = round(asked.package.weight_g / 1000 / pieces, 3)
    commodities = [
        {
            "description": one.title[:450] or "Goods",
            "countryOfManufacture": asked.sender.country,
            "quantity": one.quantity,
            "quantityUnits": "PCS",
            "numberOfPieces": 1,
            "weight": {"units": "KG", "value": max(0.001, each_kg * one.quantity)},
            "customsValue": {"amount": wire.decimal(one.value), "currency": one.value.currency},
            "unitPrice": {
                "amount": round(wire.decimal(one.value) / one.quantity, 6),
                "currency": one.value.currency,
            },
        }
        for one in asked.contents
    ]
    paid = {"paymentType": "RECIPIENT"}
    return {"customsClearanceDetail": {"dutiesPayment": paid, "isDocumentOnly": False, "commodities": commodities}}


def _account() -> wire.Body:
    return {"value": str(wire.key(CARRIER)["account"])}


def _words(said: wire.Body) -> str:
    return "; ".join(str(one.get("message") or one.get("code")) for one in said.get("errors", ()))


def _ask(method: str, path: str, body: wire.Body, named: str) -> tuple[int, wire.Body]:
    headers = {
        "Authorization": f"Bearer {_bearer()}",
        "Content-Type": "application/json",
        "X-locale": "en_US",
        "x-customer-transaction-id": named,
    }
    return wire.ask(CARRIER, Request(method, f"{wire.url(CARRIER)}{path}", headers, json.dumps(body).encode()))


def _bearer() -> str:
    """Good for an hour: asked for once and kept."""
    global _token
    kept, now = wire.key(CARRIER), clock.now()
    client_id = str(kept["client_id"])
    if _token and _token[0] == client_id and now < _token[1]:
        return _token[2]
    asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": str(kept["client_secret"])}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = Request("POST", f"{wire.url(CARRIER)}/oauth/token", headers, urlencode(asked).encode())
    status, said = wire.ask(CARRIER, request)
    if status != 200:
        raise wire.CarrierMisconfigured()
    _token = client_id, now + timedelta(seconds=int(said["expires_in"]) - 60), str(said["access_token"])
    return _token[2]


def forget() -> None:
    """The token that was asked for. For tests."""
    global _token
    _token = None
