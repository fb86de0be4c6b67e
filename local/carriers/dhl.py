"""DHL's MyDHL API and its unified push messages.

# developer.dhl.com/api-reference/dhl-express-mydhl-api, developer.dhl.com/api-reference/shipment-tracking-unified-push
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local.carriers import wire
from local.carriers.parcels import WORDS, Parcel
from local.carriers.wire import Document, Refused

if TYPE_CHECKING:
    from local.carriers.stand_in import StandIn

CARRIER, BASE, PUSH = "dhl", "/mydhlapi", "/tracking/push/v1"
HEADER = "metco-carrier-token"  # named by whoever subscribes
PRODUCTS = {"P": ("EXPRESS WORLDWIDE", 3_10, True), "N": ("EXPRESS DOMESTIC", 1_20, False)}
STANDS = {"delivered": "delivered", "lost": "failure", "back": "failure"}
REFERENCE = re.compile(r".{28,36}")
PARTY = (
    "postalAddress.cityName",
    "postalAddress.countryCode",
    "postalAddress.addressLine1",
    "contactInformation.phone",
    "contactInformation.companyName",
    "contactInformation.fullName",
)
SHIPMENT = (
    "plannedShippingDateAndTime",
    "productCode",
    "accounts.0.number",
    *(f"customerDetails.shipperDetails.{path}" for path in PARTY),
    *(f"customerDetails.receiverDetails.{path}" for path in PARTY),
    "content.packages.0.weight",
    "content.packages.0.dimensions.length",
    "content.description",
    "content.incoterm",
    "content.unitOfMeasurement",
)
RATES = (
    "customerDetails.shipperDetails.cityName",
    "customerDetails.shipperDetails.countryCode",
    "customerDetails.receiverDetails.cityName",
    "customerDetails.receiverDetails.countryCode",
    "accounts.0.number",
    "plannedShippingDateAndTime",
    "unitOfMeasurement",
    "packages.0.weight",
    "packages.0.dimensions.length",
)


def is_asked(path: str) -> bool:
    return path.startswith((BASE, PUSH))


def answer(core: "StandIn", method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Document]:
    where, _, query = path.partition("?")
    if where.startswith(PUSH):
        return _activated(core, method, where, headers)
    known = core.keys[CARRIER]
    basic = base64.b64encode(f"{known['username']}:{known['password']}".encode()).decode()
    if headers.get("authorization") != f"Basic {basic}":
        raise Refused(401, _problem(401, "Unauthorized", "Invalid Credentials"))
    asked = wire.document(body)
    if method == "POST" and not REFERENCE.fullmatch(headers.get("message-reference", "")):
        raise Refused(400, _problem(400, "Bad request", "Message-Reference has 28 to 36 characters"))
    match method, where:
        case "POST", "/mydhlapi/rates":
            return 200, _rates(core, asked)
        case "POST", "/mydhlapi/shipments":
            return 201, _ship(core, asked)
    if method == "GET" and (named := re.fullmatch(rf"{BASE}/shipments/([^/]+)/tracking", where)):
        return 200, _track(core, named[1], query)
    raise Refused(404, _problem(404, "Not found", "There is no such resource"))


def _rates(core: "StandIn", asked: Document) -> Document:
    _check(core, asked, RATES, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dGMT[+-]\d\d:\d\d")
    parties = asked["customerDetails"]
    abroad = parties["shipperDetails"]["countryCode"] != parties["receiverDetails"]["countryCode"]
    if abroad and not asked.get("isCustomsDeclarable"):
        raise Refused(422, _problem(422, "Unprocessable", "This shipment is customs declarable"))
    kg = float(asked["packages"][0]["weight"])
    sold = [(code, name, cents) for code, (name, cents, far) in PRODUCTS.items() if far is abroad]
    return {"products": [_product(code, name, (14_00 + int(kg * cents)) / 100) for code, name, cents in sold]}


def _product(code: str, name: str, price: float) -> Document:
    """Its prices are in more than one currency; only one of them is on the bill."""
    prices = [
        {"currencyType": "BASEC", "priceCurrency": "USD", "price": price * 1.1},
        {"currencyType": "BILLC", "priceCurrency": "EUR", "price": price},
    ]
    arrives = {"deliveryTypeCode": "QDDC", "estimatedDeliveryDateAndTime": "2030-01-04T23:59:00"}
    return {"productName": name, "productCode": code, "totalPrice": prices, "deliveryCapabilities": arrives}


def _ship(core: "StandIn", asked: Document) -> Document:
    _check(core, asked, SHIPMENT, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d GMT[+-]\d\d:\d\d")
    code, content = asked["productCode"], asked["content"]
    to = asked["customerDetails"]["receiverDetails"]["postalAddress"]
    abroad = asked["customerDetails"]["shipperDetails"]["postalAddress"]["countryCode"] != to["countryCode"]
    if code not in PRODUCTS or PRODUCTS[code][2] is not abroad:
        raise Refused(422, _problem(422, "Unprocessable", f"Product {code} is not available for this lane"))
    if str(to.get("postalCode", "")).startswith("00000"):
        raise Refused(400, _problem(400, "Bad request", "The postal code of the receiver is invalid"))
    if abroad and wire.missing(
        content, "declaredValue", "declaredValueCurrency", "exportDeclaration.lineItems.0.price"
    ):
        raise Refused(400, _problem(400, "Bad request", "Export declaration is missing"))
    references = asked.get("customerReferences") or [{"value": ""}]
    if any(len(one["value"]) > 35 for one in references):
        raise Refused(400, _problem(400, "Bad request", "#/customerReferences/0/value: longer than 35"))
    made = core.add(CARRIER, references[0]["value"], f"{to['cityName']}, {to['countryCode']}", code)
    label = base64.b64encode(core.label(made)).decode()
    return {
        "url": f"https://express.api.dhl.com{BASE}/shipments",
        "shipmentTrackingNumber": made.number,
        "trackingUrl": f"https://express.api.dhl.com{BASE}/shipments/{made.number}/tracking",
        "packages": [{"referenceNumber": 1, "trackingNumber": f"JD0146{made.number}"}],
        "documents": [{"imageFormat": "PDF", "content": label, "typeCode": "label"}],
    }


def _track(core: "StandIn", number: str, query: str) -> Document:
    found = core.find(CARRIER, number)
    if not found or "trackingView=all-checkpoints" not in query or not found.scans:
        detail = f"No data found for tracking number {number}"
        raise Refused(404, _problem(404, "No result found", detail))
    events = [
        {
            "date": f"{datetime.fromtimestamp(one.at, UTC):%Y-%m-%d}",
            "time": f"{datetime.fromtimestamp(one.at, UTC):%H:%M:%S}",
            "GMTOffset": "+00:00",
            "typeCode": one.code,
            "description": WORDS[one.move],
            "serviceArea": [{"code": "BER", "description": "Berlin-DE"}],
        }
        for one in found.scans
    ]
    shipment = {"shipmentTrackingNumber": number, "status": "Success", "productCode": found.service, "events": events}
    return {"shipments": [shipment | {"shipperReferences": [{"value": found.reference, "typeCode": "CU"}]}]}


def call(core: "StandIn", parcel: Parcel) -> tuple[dict[str, str], bytes]:
    """What the push API sends, with the token of the subscription. It signs nothing."""
    latest = parcel.scans[-1]
    status = {
        "timestamp": datetime.fromtimestamp(latest.at, UTC).isoformat(timespec="seconds"),
        "statusCode": STANDS.get(latest.move, "transit"),
        "description": WORDS[latest.move],
    }
    shipments = [{"id": parcel.number, "service": "express", "status": status}]
    said = {"self": f"https://api-eu.dhl.com{PUSH}/subscription/{core.subscription}", "scope": "subscription.push"}
    return {HEADER: core.keys[CARRIER]["webhook_tokens"][-1]}, json.dumps(said | {"shipments": shipments}).encode()


def validation(core: "StandIn") -> tuple[dict[str, str], bytes]:
    """Before it pushes anything, it asks whether this address wants it."""
    said = {
        "self": f"https://api-eu.dhl.com{PUSH}/subscription/{core.subscription}",
        "scope": "subscription.validate",
        "secret": core.secret,
    }
    return {HEADER: core.keys[CARRIER]["webhook_tokens"][-1]}, json.dumps(said).encode()


def _activated(core: "StandIn", method: str, where: str, headers: Mapping[str, str]) -> tuple[int, Document]:
    if headers.get("dhl-api-key") != core.keys[CARRIER]["push_key"]:
        raise Refused(401, _problem(401, "Unauthorized", "Unauthorized for given resource."))
    if method != "POST" or where != f"{PUSH}/subscription/{core.subscription}":
        raise Refused(404, _problem(404, "No result found", "There is no such subscription"))
    if headers.get("dhl-api-hook-secret") != core.secret:
        raise Refused(403, _problem(403, "Forbidden", "This is not the secret"))
    core.activated = True
    return 202, {"self": f"https://api-eu.dhl.com{where}", "scope": "subscription.activate"}


def _check(core: "StandIn", asked: Document, paths: tuple[str, ...], moment: str) -> None:
    if gone := wire.missing(asked, *paths):
        raise Refused(400, _problem(400, "Bad request", f"#/{gone[0].replace('.', '/')}: required key not found"))
    if not re.fullmatch(moment, asked["plannedShippingDateAndTime"]):
        raise Refused(400, _problem(400, "Bad request", "plannedShippingDateAndTime: invalid format"))
    if asked["accounts"][0]["number"] != core.keys[CARRIER]["account"]:
        raise Refused(400, _problem(400, "Bad request", "The account number is not found or invalid."))


def _problem(status: int, title: str, detail: str) -> Document:
    return {"instance": "/expressapi", "detail": detail, "title": title, "message": title, "status": str(status)}
