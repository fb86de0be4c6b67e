"""Shiprocket's API. # apidocs.shiprocket.in"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from local.carriers import wire
from local.carriers.parcels import WORDS, Parcel
from local.carriers.wire import Document, Refused

if TYPE_CHECKING:
    from local.carriers.stand_in import StandIn

CARRIER, BASE = "shiprocket", "/v1/external"
LABELS = "/labels/"
COURIERS = {142: ("Amazon Surface", 38_00), 51: ("Xpressbees Surface", 52_00), 217: ("Xpressbees Air", 95_00)}
INDIA = timezone(timedelta(hours=5, minutes=30))
ORDER = (
    *("order_id", "order_date", "pickup_location", "billing_customer_name", "billing_address", "billing_city"),
    *("billing_pincode", "billing_state", "billing_country", "billing_email", "billing_phone", "shipping_is_billing"),
    *("order_items.0.name", "order_items.0.sku", "order_items.0.units", "order_items.0.selling_price"),
    *("payment_method", "sub_total", "length", "breadth", "height", "weight"),
)


def is_asked(path: str) -> bool:
    return path.startswith((BASE, LABELS))


def answer(
    core: "StandIn", method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, Document | bytes]:
    where, _, query = path.partition("?")
    if where.startswith(LABELS) and method == "GET":
        return _printed(core, where.removeprefix(LABELS).removesuffix(".pdf"))
    asked, named = wire.document(body), {name: values[0] for name, values in parse_qs(query).items()}
    if (method, where) == ("POST", f"{BASE}/auth/login"):
        return 200, _token(core, asked)
    if headers.get("authorization") != f"Bearer {_bearer(core)}":
        raise Refused(401, {"message": "Unauthenticated.", "status_code": 401})
    if do := ROUTES.get((method, where.removeprefix(BASE))):
        return 200, do(core, named if method == "GET" else asked)
    if method == "GET" and where.startswith(f"{BASE}/courier/track/awb/"):
        return 200, _track(core, where.rpartition("/")[2])
    raise Refused(404, {"message": "404 Not Found", "status_code": 404})


def _token(core: "StandIn", asked: Document) -> Document:
    if asked != {name: core.keys[CARRIER][name] for name in ("email", "password")}:
        raise Refused(400, {"message": "Invalid email and password combination", "status_code": 400})
    return {"id": 1, "email": asked["email"], "company_id": 25149, "token": _bearer(core)}


def _serviceable(_core: "StandIn", named: Document) -> Document:
    if gone := wire.missing(named, "pickup_postcode", "delivery_postcode", "weight", "cod"):
        raise _unfit(gone)
    if named["delivery_postcode"].startswith("000"):
        return {"status": 404, "message": "No courier service available between these pincodes"}
    kg = float(named["weight"])
    each = [
        {
            "courier_company_id": id,
            "courier_name": name,
            "rate": (30_00 + int(kg * per_kg)) / 100,
            "etd": "Jan 04, 2030",
            "estimated_delivery_days": "3",
            "cod": 1,
        }
        for id, (name, per_kg) in COURIERS.items()
    ]
    return {"status": 200, "currency": "INR", "data": {"available_courier_companies": each}}


def _order(core: "StandIn", asked: Document) -> Document:
    if gone := wire.missing(asked, *ORDER):
        raise _unfit(gone)
    if asked["billing_country"] != "India" or not str(asked["billing_pincode"]).isdecimal():
        raise _unfit(["billing_pincode"])
    if asked["pickup_location"] != core.keys[CARRIER]["pickup_location"]:
        raise Refused(422, {"message": "Wrong Pickup location entered.", "status_code": 422})
    made = core.add(CARRIER, asked["order_id"], f"{asked['billing_city']}, IN", "", awb=False)
    return {
        "order_id": made.order_id,
        "shipment_id": made.shipment_id,
        "status": "NEW",
        "status_code": 1,
        "onboarding_completed_now": 0,
        "awb_code": None,
        "courier_company_id": None,
        "courier_name": None,
    }


def _orders(core: "StandIn", named: Document) -> Document:
    """The newest first; the same of our ids may be there twice."""
    found = [one for one in reversed(core.of(CARRIER)) if str(named.get("search", "")) in one.reference]
    rows = [
        {
            "id": one.order_id,
            "channel_order_id": one.reference,
            "status": "CANCELED" if one.void else "NEW",
            "shipments": [{"id": one.shipment_id, "awb": one.number if one.awb else ""}],
        }
        for one in found
    ]
    return {"data": rows, "meta": {"pagination": {"total": len(rows), "current_page": 1, "total_pages": 1}}}


def _assign(core: "StandIn", asked: Document) -> Document:
    if gone := wire.missing(asked, "shipment_id"):
        raise _unfit(gone)
    found = _of_shipment(core, asked["shipment_id"])
    courier = int(asked.get("courier_id") or 142)
    if not found or found.void:
        raise Refused(400, {"message": "Invalid shipment id", "status_code": 400})
    if found.awb:
        raise Refused(400, {"message": "Oops! Cannot reassign courier for this shipment.", "status_code": 400})
    if core.broke:
        return _unassigned("Please recharge your Shiprocket wallet. The minimum required balance is Rs 100")
    if courier not in COURIERS:
        return _unassigned("Courier is not serviceable")
    core.change(found, awb=True, service=str(courier))
    data = {
        "courier_company_id": courier,
        "awb_code": found.number,
        "order_id": found.order_id,
        "shipment_id": found.shipment_id,
        "courier_name": COURIERS[courier][0],
    }
    return {"awb_assign_status": 1, "response": {"data": data}}


def _unassigned(why: str) -> Document:
    return {"awb_assign_status": 0, "response": {"data": {"awb_assign_error": why}}}


def _label(core: "StandIn", asked: Document) -> Document:
    if not isinstance(asked.get("shipment_id"), list):
        problem = {"shipment_id": ["The shipment id must be an array."]}
        raise Refused(422, {"message": "Oops! Invalid Data.", "errors": problem, "status_code": 422})
    found = _of_shipment(core, asked["shipment_id"][0])
    if not found or not found.awb:
        return {"label_created": 0, "not_created": [], "response": "No valid shipment ids to print label"}
    said = "Label has been created and uploaded successfully!"
    url = f"{core.url}{LABELS}{found.number}.pdf"
    return {"label_created": 1, "label_url": url, "response": said, "not_created": []}


def _printed(core: "StandIn", number: str) -> tuple[int, Document | bytes]:
    found = core.find(CARRIER, number)
    return (200, core.label(found)) if found else (404, {"message": "404 Not Found"})


def _cancel(core: "StandIn", asked: Document) -> Document:
    for number in asked.get("awbs") or []:
        found = core.find(CARRIER, str(number))
        if found and not found.scans:
            core.change(found, void=True)
    return {"message": "Bulk Shipment cancellation is in progress. Please wait for some time."}


def _track(core: "StandIn", number: str) -> Document:
    found = core.find(CARRIER, number)
    if not found or not found.scans:
        return {"tracking_data": {"track_status": 0, "error": "Aahh! There is no activities found in our DB."}}
    activities = [
        {
            "date": _moment(one.at),
            "status": one.move.upper()[:4],
            "activity": WORDS[one.move],
            "location": "BLR/FC1, BANGALORE, KARNATAKA",
            "sr-status": one.code,
            "sr-status-label": WORDS[one.move].upper(),
        }
        for one in reversed(found.scans)
    ]
    track: Document = {"id": found.shipment_id, "awb_code": number, "current_status": WORDS[found.scans[-1].move]}
    return {
        "tracking_data": {
            "track_status": 1,
            "shipment_status": int(found.scans[-1].code),
            "shipment_track": [track],
            "shipment_track_activities": activities,
            "track_url": f"https://shiprocket.co/tracking/{number}",
        }
    }


def call(core: "StandIn", parcel: Parcel) -> tuple[dict[str, str], bytes]:
    """The webhook of its panel, with the security token as x-api-key."""
    latest = parcel.scans[-1]
    said = {
        "awb": parcel.number,
        "courier_name": COURIERS[int(parcel.service or 142)][0],
        "current_status": WORDS[latest.move].upper(),
        "current_status_id": int(latest.code),
        "shipment_status": WORDS[latest.move].upper(),
        "shipment_status_id": int(latest.code),
        "current_timestamp": f"{datetime.fromtimestamp(latest.at, INDIA):%d %m %Y %H:%M:%S}",
        "order_id": parcel.reference,
        "sr_order_id": parcel.order_id,
        "scans": [
            {"date": _moment(one.at), "sr-status": one.code, "activity": WORDS[one.move]} for one in parcel.scans
        ],
        "is_return": 0,
    }
    return {"x-api-key": core.keys[CARRIER]["webhook_tokens"][-1]}, json.dumps(said).encode()


ROUTES: dict[tuple[str, str], Callable[["StandIn", Document], Document]] = {
    ("GET", "/courier/serviceability/"): _serviceable,
    ("POST", "/orders/create/adhoc"): _order,
    ("GET", "/orders"): _orders,
    ("POST", "/courier/assign/awb"): _assign,
    ("POST", "/courier/generate/label"): _label,
    ("POST", "/orders/cancel/shipment/awbs"): _cancel,
}


def _of_shipment(core: "StandIn", shipment_id: object) -> Parcel | None:
    return next((one for one in core.of(CARRIER) if one.shipment_id == shipment_id), None)


def _unfit(gone: list[str]) -> Refused:
    errors = {name: [f"The {name.replace('_', ' ')} field is required."] for name in gone}
    return Refused(422, {"message": "Oops! Invalid Data.", "errors": errors, "status_code": 422})


def _bearer(core: "StandIn") -> str:
    return hashlib.sha256(f"bearer of {core.keys[CARRIER]['password']}".encode()).hexdigest()


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, INDIA):%Y-%m-%d %H:%M:%S}"
