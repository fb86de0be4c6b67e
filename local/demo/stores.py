"""The demo's stores, each a file in stores/: opened and set up as sellers do it, by the public API."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local.demo.shop import Shop

EUROPE = ["AT", "BE", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "IE", "IT", "LT", "LU", "LV", "NL", "PL", "PT", "SE"]
PLACES = {"europe": EUROPE, "world": []}  # else the code of a country; a zone without any is the rest of the world


@dataclass(frozen=True, slots=True)
class DemoStore:
    slug: str
    told: dict[str, Any]

    @property
    def opening(self) -> dict[str, Any]:
        return {"slug": self.slug} | {name: self.told[name] for name in ("name", "country", "currency")}

    @property
    def parts(self) -> dict[str, dict[str, Any]]:
        """What is sent to each part of the store, by the end of its address."""
        told, days = self.told, self.told["return_days"]
        returns = {"accepted": days > 0, "window_days": days, "return_shipping_paid_by": "buyer"}
        primary, accent = told["colours"]
        parts: dict[str, dict[str, Any]] = {
            "": {name: told[name] for name in ("tagline", "description")},
            "/branding": {"primary_colour": primary, "accent_colour": accent},
            "/policies": {"returns": returns, "terms": told["terms"]},
            "/shipping": {"origins": [told["ships_from"]], "zones": [self._zone(*zone) for zone in told["ships"]]},
            "/faq": {"items": [{"question": question, "answer": answer} for question, answer in told["faq"]]},
            "/point": told["point"],
        }
        return parts | ({"/hours": told["hours"]} if "hours" in told else {})

    def _zone(self, name: str, place: str, rate: str, minor: int) -> dict[str, Any]:
        price = {"minor": minor, "currency": self.told["currency"]}
        by_themselves = {other for _, other, _, _ in self.told["ships"] if other != place}
        countries = [country for country in PLACES.get(place, [place]) if country not in by_themselves]
        return {"name": name, "countries": countries, "rates": [{"name": rate, "price": price}]}


@cache
def demo_stores() -> tuple[DemoStore, ...]:
    files = sorted((Path(__file__).parent / "stores").glob("*.toml"))
    return tuple(DemoStore(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files)


def open_stores(seller: Shop, buyer: Shop, tell: Callable[[str], None]) -> dict[str, str]:
    """The ids of the demo's stores by their slugs. One that is there may have been left half set up: it is gone on."""
    opened = mine(seller)
    for store in demo_stores():
        tell(f"opening the store {store.slug}")
        if store.slug not in opened:
            opened[store.slug] = str(seller("POST", "/stores", store.opening)["store_id"])
        store_id = opened[store.slug]
        for part, content in store.parts.items():
            seller("PUT" if part else "PATCH", f"/stores/{store_id}{part}", content)
        buyer("PUT", f"/me/follows/{store_id}")
    return opened


def mine(seller: Shop) -> dict[str, str]:
    """The demo's stores that are there, by their slugs."""
    places = seller("GET", "/me/stores?limit=50")["items"]
    slugs = {seller("GET", f"/stores/{one['store_id']}")["slug"]: str(one["store_id"]) for one in places}
    return {store.slug: slugs[store.slug] for store in demo_stores() if store.slug in slugs}
