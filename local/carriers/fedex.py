"""FedEx's REST API. # developer.fedex.com: authorization/v1, rate/v1, ship/v1, track/v1"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from local.carriers import wire
from local.carriers.parcels import WORDS, Parcel
from local.carriers.wire import Document, Refused

if TYPE_CHECKING:
    from local.carriers.stand_in import StandIn

CARRIER = "fedex"
SERVICES = {"FEDEX_INTERNATIONAL_PRIORITY": 2_50, "FEDEX_INTERNATIONAL_CONNECT_PLUS": 1_80, "FEDEX_GROUND": 1_00}
SHIPMENT = (
    "labelResponseOptions",
    "accountNumber.value",
    "requestedShipment.shipper.contact.personName",
    "requestedShipment.shipper.contact.phoneNumber",
    "requestedShipment.shipper.address.streetLines",
    "requestedShipment.shipper.address.city",
    "requestedShipment.shipper.address.countryCode",
    "requestedShipment.recipients.0.contact.personName",
    "requestedShipment.recipients.0.contact.phoneNumber",
    "requestedShipment.recipients.0.address.streetLines",
    "requestedShipment.recipients.0.address.city",
    "requestedShipment.recipients.0.address.countryCode",
    "requestedShipment.serviceType",
    "requestedShipment.packagingType",
    "requestedShipment.pickupType",
    "requestedShipment.shippingChargesPayment.paymentType",
    "requestedShipment.labelSpecification.imageType",
    "requestedShipment.labelSpecification.labelStockType",
    "requestedShipment.requestedPackageLineItems.0.weight.value",
)
RATES = (
    "accountNumber.value",
    "requestedShipment.shipper.address.countryCode",
    "requestedShipment.recipient.address.countryCode",
    "requestedShipment.pickupType",
    "requestedShipment.rateRequestType",
    "requestedShipment.requestedPackageLineItems.0.weight.value",
)


def is_asked(path: str) -> bool:
    return path.startswith(("/oauth/token", "/rate/v1/", "/ship/v1/", "/track/v1/"))


def answer(core: "StandIn", method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Document]:
    if (method, path) == ("POST", "/oauth/token"):
        return 200, _token(core, body)
    if headers.get("authorization") != f"Bearer {_bearer(core)}":
        raise Refused(401, _problem("NOT.AUTHORIZED.ERROR", "Access token expired. Please modify your request."))
    asked = wire.document(body)
    match method, path:
        case "POST", "/rate/v1/rates/quotes":
            return 200, _rates(core, asked)
        case "POST", "/ship/v1/shipments":
            return 200, _ship(core, asked)
        case "PUT", "/ship/v1/shipments/cancel":
            return 200, _cancel(core, asked)
        case "POST", "/track/v1/trackingnumbers":
            return 200, _track(core, asked)
        case "POST", "/track/v1/referencenumbers":
            return 200, _by_reference(core, asked)
    raise Refused(404, _problem("NOT.FOUND.ERROR", "The resource you requested is no longer available."))


def _token(core: "StandIn", body: bytes) -> Document:
    given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    known = {name: core.keys[CARRIER][name] for name in ("client_id", "client_secret")}
    if given != {"grant_type": "client_credentials", **known}:
        raise Refused(401, _problem("NOT.AUTHORIZED.ERROR", "The given client credentials were not valid."))
    return {"access_token": _bearer(core), "token_type": "bearer", "expires_in": 3599, "scope": "CXS"}


def _rates(core: "StandIn", asked: Document) -> Document:
    _check(core, asked, RATES)
    wanted = asked["requestedShipment"]
    abroad = wanted["shipper"]["address"]["countryCode"] != wanted["recipient"]["address"]["countryCode"]
    if abroad and wire.missing(wanted, "customsClearanceDetail.commodities"):
        raise Refused(400, _problem("RATE.CUSTOMSCLEARANCEDETAIL.REQUIRED", "Customs clearance detail is required."))
    kg = float(wanted["requestedPackageLineItems"][0]["weight"]["value"])
    each = {name: cents for name, cents in SERVICES.items() if ("INTERNATIONAL" in name) is abroad}
    return _said({"rateReplyDetails": [_rate(name, (8_00 + int(kg * cents)) / 100) for name, cents in each.items()]})


def _rate(service: str, price: float) -> Document:
    """FedEx names its list price too; whoever takes that one pays too much."""
    listed = {"rateType": "LIST", "totalNetCharge": price * 2, "currency": "EUR"}
    ours = {"rateType": "ACCOUNT", "totalNetCharge": price, "currency": "EUR"}
    name = service.replace("_", " ").title().replace("Fedex", "FedEx")
    commit = {"dateDetail": {"dayOfWeek": "THU", "dayCxsFormat": "2030-01-04T10:30:00"}}
    return {"serviceType": service, "serviceName": name, "ratedShipmentDetails": [listed, ours], "commit": commit}


def _ship(core: "StandIn", asked: Document) -> Document:
    _check(core, asked, SHIPMENT)
    wanted = asked["requestedShipment"]
    service, [to, *_] = wanted["serviceType"], wanted["recipients"]
    if service not in SERVICES:
        raise Refused(400, _problem("SERVICETYPE.INVALID", "Invalid service type."))
    if to["address"].get("postalCode", "").startswith("00000"):
        raise Refused(400, _problem("RECIPIENT.POSTALCODE.INVALID", "Invalid recipient postal code."))
    abroad = wanted["shipper"]["address"]["countryCode"] != to["address"]["countryCode"]
    if abroad and wire.missing(wanted, "customsClearanceDetail.commodities.0.customsValue"):
        raise Refused(400, _problem("COMMODITY.CUSTOMSVALUE.REQUIRED", "Customs value is required."))
    references = wanted["requestedPackageLineItems"][0].get("customerReferences") or [{"value": ""}]
    where = f"{to['address']['city']}, {to['address']['countryCode']}"
    made = core.add(CARRIER, references[0]["value"], where, service)
    label = base64.b64encode(core.label(made)).decode()
    documents = [{"contentType": "LABEL", "docType": "PDF", "copiesToPrint": 1, "encodedLabel": label}]
    piece = {"trackingNumber": made.number, "masterTrackingNumber": made.number, "packageDocuments": documents}
    shipment = {
        "masterTrackingNumber": made.number,
        "serviceType": service,
        "shipDatestamp": wanted.get("shipDatestamp"),
        "pieceResponses": [piece],
    }
    return _said({"transactionShipments": [shipment]})


def _cancel(core: "StandIn", asked: Document) -> Document:
    _check(core, asked, ("accountNumber.value", "trackingNumber"))
    found = core.find(CARRIER, asked["trackingNumber"])
    if not found or found.scans:
        raise Refused(400, _problem("SHIPMENT.ALREADY.TENDERED", "The shipment can not be cancelled any more."))
    core.change(found, void=True)
    return _said({"cancelledShipment": True, "cancelledHistory": True})


def _track(core: "StandIn", asked: Document) -> Document:
    numbers = [one["trackingNumberInfo"]["trackingNumber"] for one in asked.get("trackingInfo", ())]
    each = [{"trackingNumber": number, "trackResults": [_result(core, number)]} for number in numbers]
    return _said({"completeTrackResults": each})


def _result(core: "StandIn", number: str) -> Document:
    named, found = {"trackingNumberInfo": {"trackingNumber": number}}, core.find(CARRIER, number)
    if not found:
        error = {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "Tracking number cannot be found."}
        return named | {"error": error}
    scans = [
        {"date": _moment(one.at), "eventType": one.code, "eventDescription": WORDS[one.move]}
        for one in reversed(found.scans)
    ]
    scans.append({"date": _moment(found.made_at), "eventType": "OC", "eventDescription": "Shipment information sent"})
    if found.void:
        scans.insert(0, {"date": _moment(found.made_at), "eventType": "CA", "eventDescription": "Shipment cancelled"})
    latest = {"code": scans[0]["eventType"], "statusByLocale": scans[0]["eventDescription"]}
    return named | {"latestStatusDetail": latest, "scanEvents": scans}


def _by_reference(core: "StandIn", asked: Document) -> Document:
    wanted = asked.get("referencesInformation") or {}
    if wire.missing(wanted, "type", "value", "accountNumber", "shipDateBegin", "shipDateEnd"):
        raise Refused(400, _problem("TRACKING.REFERENCEINFO.INVALID", "Invalid reference information."))
    found = [one for one in core.of(CARRIER) if one.reference == wanted["value"]]
    return _said({"completeTrackResults": [{"trackResults": [_result(core, one.number)]} for one in found]})


def call(core: "StandIn", parcel: Parcel) -> tuple[dict[str, str], bytes]:
    """Advanced Integrated Visibility: what tracking would answer, pushed, and signed with the security token."""
    complete = {"trackingNumber": parcel.number, "trackResults": [_result(core, parcel.number)]}
    body = json.dumps(_said({"completeTrackResults": [complete]})).encode()
    token = core.keys[CARRIER]["webhook_tokens"][-1]
    return {"fdx-signature": base64.b64encode(hmac.digest(token.encode(), body, hashlib.sha256)).decode()}, body


def _check(core: "StandIn", asked: Document, paths: tuple[str, ...]) -> None:
    if gone := wire.missing(asked, *paths):
        raise Refused(400, _problem("INVALID.INPUT.EXCEPTION", f"Invalid field value in the input: {gone[0]}"))
    if asked["accountNumber"]["value"] != core.keys[CARRIER]["account"]:
        raise Refused(400, _problem("ACCOUNT.NUMBER.MISMATCH", "The account number is not found or invalid."))


def _bearer(core: "StandIn") -> str:
    return hashlib.sha256(f"bearer of {core.keys[CARRIER]['client_secret']}".encode()).hexdigest()


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _said(output: Document) -> Document:
    return {"transactionId": "624deea6-b709-470c-8c39-4b5511281492", "output": output}


def _problem(code: str, message: str) -> Document:
    return {"transactionId": "624deea6-b709-470c-8c39-4b5511281492", "errors": [{"code": code, "message": message}]}
