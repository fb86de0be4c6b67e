"""Two demo stores, set up as sellers do it: by the public API, until only their papers are missing."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from local.ask import ask
from local.home import Problem

EUROPE = ["AT", "BE", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "IE", "IT", "LT", "LU", "LV", "NL", "PL", "PT", "SE"]
WITHIN_S = 30  # the first call of each function starts it


def _rate(name: str, minor: int, currency: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "price": {"minor": minor, "currency": currency}, **more}


CAMERAS: dict[str, dict[str, Any]] = {
    "": {
        "tagline": "Film cameras, repaired and warranted",
        "description": "We buy, repair and sell cameras from before the pixel. Each is tested with a roll of film.",
    },
    "/branding": {"primary_colour": "#1f2937", "accent_colour": "#b45309"},
    "/policies": {
        "returns": {"accepted": True, "window_days": 30, "return_shipping_paid_by": "buyer", "text": "In its own box."},
        "terms": "Every camera has a year of warranty.",
    },
    "/hours": {
        "timezone": "Europe/Berlin",
        "week": [{"day": day, "opens": "10:00", "closes": "18:00"} for day in ("tuesday", "thursday", "saturday")],
        "closures": [{"first_day": "2026-12-24", "last_day": "2027-01-02", "note": "Winter holidays"}],
    },
    "/shipping": {
        "origins": [
            {"name": "Workshop", "country": "DE", "postcode": "10119", "city": "Berlin", "street": "Torstraße 1"}
        ],
        "zones": [
            {
                "name": "Europe",
                "countries": EUROPE,
                "rates": [
                    _rate("Parcel", 690, "EUR", free_from={"minor": 15000, "currency": "EUR"}, min_days=2, max_days=6),
                    _rate("Express", 1990, "EUR", min_days=1, max_days=2),
                ],
            },
            {"name": "World", "countries": [], "rates": [_rate("Airmail", 2490, "EUR", min_days=5, max_days=20)]},
        ],
    },
    "/faq": {"items": [{"question": "Do you repair my camera too?", "answer": "Yes, if it is mechanical."}]},
}
CERAMICS: dict[str, dict[str, Any]] = {
    "": {"tagline": "Кераміка з Опішні", "description": "Горщики, миски та куманці, зроблені вручну."},
    "/policies": {"returns": {"accepted": True, "window_days": 14, "return_shipping_paid_by": "store"}},
    "/shipping": {
        "origins": [{"name": "Майстерня", "country": "UA", "city": "Опішня", "street": "вул. Гончарна, 2"}],
        "zones": [{"name": "Україна", "countries": ["UA"], "rates": [_rate("Нова пошта", 9000, "UAH")]}],
    },
}
STORES = (
    ({"slug": "analog-cameras", "name": "Analog Cameras", "country": "DE", "currency": "EUR"}, CAMERAS),
    ({"slug": "opishnia-ceramics", "name": "Опішнянська кераміка", "country": "UA", "currency": "UAH"}, CERAMICS),
)


def open_stores(url: str, seller: str, buyer: str, tell: Callable[[str], None]) -> None:
    """With the tokens of their owner and of one who follows them. Those that are there already stay as they are."""
    for opening, parts in STORES:
        tell(f"opening the store {opening['slug']}")
        status, store = ask("POST", f"{url}/v1/stores", opening, token=seller, within_s=WITHIN_S)
        if status == HTTPStatus.CONFLICT:
            continue
        _expect(status, HTTPStatus.CREATED, opening["slug"], store)
        for part, content in parts.items():
            method = "PUT" if part else "PATCH"
            where = f"{url}/v1/stores/{store['store_id']}{part}"
            status, answer = ask(method, where, content, token=seller, within_s=WITHIN_S)
            _expect(status, HTTPStatus.OK, opening["slug"], answer)
        follow = f"{url}/v1/me/follows/{store['store_id']}"
        status, answer = ask("PUT", follow, token=buyer, within_s=WITHIN_S)
        _expect(status, HTTPStatus.NO_CONTENT, opening["slug"], answer)


def _expect(status: int, wanted: HTTPStatus, slug: str, answer: Any) -> None:
    if status != wanted:
        raise Problem(f"The demo store {slug} could not be set up: {answer}")
