"""The demo's stores, each a file in stores/: opened and set up as sellers do it, by the public API."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.ask import ask
from local.home import Problem

EUROPE = ["AT", "BE", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "IE", "IT", "LT", "LU", "LV", "NL", "PL", "PT", "SE"]
PLACES = {"europe": EUROPE, "world": []}  # else the code of a country; a zone without any is the rest of the world
WITHIN_S = 30  # the first call of each function starts it


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


def open_stores(url: str, seller: str, buyer: str, tell: Callable[[str], None]) -> dict[str, str]:
    """With the tokens of their owner and of one who follows them: the ids of the new ones, by their slugs.

    Those that are there already stay as they are.
    """
    opened = {}
    for store in demo_stores():
        tell(f"opening the store {store.slug}")
        status, answer = ask("POST", f"{url}/v1/stores", store.opening, token=seller, within_s=WITHIN_S)
        if status == HTTPStatus.CONFLICT:
            continue
        _expect(status, HTTPStatus.CREATED, store, answer)
        store_id = opened[store.slug] = str(answer["store_id"])
        for part, content in store.parts.items():
            method = "PUT" if part else "PATCH"
            status, answer = ask(method, f"{url}/v1/stores/{store_id}{part}", content, token=seller, within_s=WITHIN_S)
            _expect(status, HTTPStatus.OK, store, answer)
        status, answer = ask("PUT", f"{url}/v1/me/follows/{store_id}", token=buyer, within_s=WITHIN_S)
        _expect(status, HTTPStatus.NO_CONTENT, store, answer)
    return opened


def _expect(status: int, wanted: HTTPStatus, store: DemoStore, answer: Any) -> None:
    if status != wanted:
        raise Problem(f"The demo store {store.slug} could not be set up: {answer}")
