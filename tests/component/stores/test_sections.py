from typing import Any

import pytest

from tests.builders import stores as a
from tests.builders.stores import as_user

SECTIONS: dict[str, dict[str, Any]] = {
    "branding": {"primary_colour": "#000000", "accent_colour": "#ff0000"},
    "policies": {"returns": {"accepted": True, "window_days": 30}, "terms": "Be kind."},
    "hours": {
        "timezone": "Europe/Berlin",
        "week": [{"day": "monday", "opens": "09:00", "closes": "18:00"}],
        "closures": [{"first_day": "2026-12-24", "last_day": "2027-01-02", "note": "Holidays"}],
    },
    "shipping": {
        "origins": [{"name": "Workshop", "country": "DE", "city": "Berlin", "street": "Torstraße 1"}],
        "zones": [
            {
                "name": "Here",
                "countries": ["DE"],
                "rates": [{"name": "Parcel", "price": {"minor": 490, "currency": "EUR"}}],
            }
        ],
    },
    "faq": {"items": [{"question": "Do you repair?", "answer": "Yes."}]},
    "point": {"lat": 52.53, "lon": 13.4},
}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_replaced_shown_and_told(world, section):
    store_id = a.an_open_store()
    answer = as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/{section}", SECTIONS[section])
    assert answer.status == 200, answer.text
    assert SECTIONS[section].items() <= answer.json[section].items() or section in ("policies", "shipping")
    assert as_user(a.OWNER)("GET", f"/v1/stores/{store_id}").json == answer.json
    assert a.told_of(world, store_id)[-1]["data"]["sections"] == [section]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_replaced_once_under_its_key(world, section):
    store_id, key = a.an_open_store(), {"Idempotency-Key": "replace-01"}
    first, again = (
        as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/{section}", SECTIONS[section], headers=key) for _ in range(2)
    )
    assert (again.json, again.json["version"]) == (first.json, 2)


@pytest.mark.parametrize(
    ("section", "body", "pointer"),
    [
        ("branding", {"primary_colour": "red"}, "/primary_colour"),
        ("branding", {"primary_colour": "#000000;}</style>"}, "/primary_colour"),
        ("hours", {"timezone": "Europe/Nowhere"}, "/timezone"),
        ("hours", {"week": [{"day": "monday", "opens": "18:00", "closes": "09:00"}]}, "/week/0/closes"),
        ("hours", {"closures": [{"first_day": "2027-01-02", "last_day": "2026-12-24"}]}, "/closures/0/last_day"),
        ("policies", {"returns": {"accepted": True, "window_days": -1}}, "/returns/window_days"),
        ("faq", {"items": [{"question": "", "answer": "x"}]}, "/items/0/question"),
        ("point", {"lat": 90.01, "lon": 13.4}, "/lat"),
        ("point", {"lat": 52.53, "lon": "NaN"}, "/lon"),
    ],
)
def test_a_bad_section_is_told_by_its_place_and_changes_nothing(world, section, body, pointer):
    store_id = a.an_open_store()
    before = world.items()
    answer = as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/{section}", body)
    assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, [pointer])
    assert world.items() == before


def test_rates_are_in_the_stores_currency_which_then_stays(world):
    store_id = a.an_open_store(currency="PLN")
    refused = as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/shipping", SECTIONS["shipping"])
    assert (refused.status, refused.json["code"]) == (422, "shipping_invalid")
    as_user(a.OWNER)("PATCH", f"/v1/stores/{store_id}", {"currency": "EUR"})
    assert as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/shipping", SECTIONS["shipping"]).status == 200
    before = world.items()
    kept = as_user(a.OWNER)("PATCH", f"/v1/stores/{store_id}", {"currency": "PLN"})
    assert (kept.status, kept.json["code"]) == (409, "currency_in_use")
    assert world.items() == before


def test_the_checklist_says_what_is_missing_until_nothing_is(world):
    store_id = a.an_open_store()
    me = as_user(a.OWNER)

    def states() -> dict[str, str]:
        return {step["key"]: step["state"] for step in me("GET", f"/v1/stores/{store_id}/checklist").json["steps"]}

    assert set(states().values()) == {"missing"}
    me("PATCH", f"/v1/stores/{store_id}", {"description": "Cameras."})
    for section, body in SECTIONS.items():
        me("PUT", f"/v1/stores/{store_id}/{section}", body)
    left = {key for key, state in states().items() if state == "missing"}
    assert left == {"verification", "tagline", "payouts"}
    assert me("GET", f"/v1/stores/{store_id}/checklist").json["may_sell"] is False
