"""What a person says about their goods, in every place there is for it, and that nothing of it stays when they go."""

from functools import partial
from typing import Any

import httpx

from tests.e2e.media_walk import objects
from tests.e2e.personal_walk import leave, soon
from tests.e2e.sheet_walk import a_file, bring, out
from tests.e2e.store_walk import send
from tests.e2e.walk import Person


def walk_leaving(person: Person) -> None:
    """The files of a store that nobody owns any more go with its owner."""
    person.sign_up()
    person.sign_in()
    opening = {"name": "Film", "slug": f"leaving-{person.email.partition('@')[0]}", "country": "DE", "currency": "EUR"}
    store_id = person.mine("POST", "/v1/stores", expect=201, json=opening).json()["store_id"]
    import_id, export_id = trade(person, store_id, "Film")
    leave(person)
    for left in (f"imports/{import_id}", f"exports/{export_id}"):
        soon(person, lambda: not objects(person.stack, left))  # noqa: B023  # asked at once


def trade(person: Person, store_id: str, name: str) -> tuple[str, str]:
    """A thing, a file that somebody could buy, a spreadsheet with a faulty row, and one with everything."""
    items, imports = f"/v1/stores/{store_id}/items", f"/v1/stores/{store_id}/imports"
    known = partial(httpx.get, f"{person.stack.url}{imports}", headers=person.authorization, timeout=30)
    soon(person, lambda: known().status_code == 200)
    text = {"title": f"Camera of {name}", "description": f"Made by {name}", "search_title": name}
    thing: dict[str, Any] = {"texts": {"en": text}, "brand": name, "prices": {"EUR": 129_00}, "sku": f"{name} 1"}
    thing |= {"remarks": {"en": {"description": f"Owned by {name}"}}}
    [offer] = person.mine("POST", items, expect=201, json=thing).json()["offers"]
    path = f"/v1/stores/{store_id}/products/{offer['product_id']}"
    person.mine("PATCH", path, json={"texts": {"en": {**text, "description": f"Made and serviced by {name}"}}})
    sell_file(person, store_id, name)
    rows = [[f"{name} 2", "", f"Film of {name}", "12.50", "active"], [f"{name} 3", "", name, f"dear {name}", "active"]]
    done = bring(person, imports, a_file(rows))
    assert (done["state"], done["created"], done["refused"]) == ("done", 1, 1), done
    assert name.encode() in out(person, store_id)
    [export] = [key for key in objects(person.stack, "exports/") if key.endswith(".csv")][-1:]
    return done["import_id"], export.removeprefix("exports/").removesuffix(".csv")


def sell_file(person: Person, store_id: str, name: str) -> None:
    thing = {"texts": {"en": {"title": f"Songs of {name}"}}, "prices": {"EUR": 5_00}, "kind": "digital"}
    [offer] = person.mine("POST", f"/v1/stores/{store_id}/items", expect=201, json=thing).json()["offers"]
    path = f"/v1/stores/{store_id}/products/{offer['product_id']}/offers/{offer['offer_id']}/files"
    content = f"A song of {name}".encode()
    sent = {"name": f"{name}.flac", "size_bytes": len(content)}
    upload = person.mine("POST", path, expect=201, json=sent).json()
    send(upload, content)
    person.mine("POST", f"{path}/{upload['file_id']}/confirm")
    soon(person, lambda: person.mine("GET", path).json()["items"][0]["state"] == "ready")


def hits(person: Person, text: str) -> int:
    return int(person.ask("GET", "/v1/search", expect=200, params={"q": text}).json()["total"] or 0)
