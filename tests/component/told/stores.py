"""All that stores tells of, and the words of people that are said on the way."""

from functions.stores.store.departures import departures
from tests.builders import papers, pictures, staff
from tests.builders import stores as a
from tests.builders.stores import as_user

MODERATOR = "usr_00000000000000000000000002"
PERSONAL = ("Ada", "kim@", "passport.pdf", "Sells what")  # a store's profile is its word to everybody: decision 0029


def everything() -> None:
    store_id = a.an_open_store()
    ada, fan = as_user(a.OWNER), as_user(a.STRANGER)
    ada("PATCH", f"/v1/stores/{store_id}", {"description": "Ada's own words"})
    ada("PUT", f"/v1/stores/{store_id}/pictures/logo", {"picture_id": pictures.arrived(store_id)})
    ada("DELETE", f"/v1/stores/{store_id}/pictures/logo")
    for method in ("PUT", "DELETE"):
        fan(method, f"/v1/me/follows/{store_id}")
    invitation = staff.an_invitation(store_id, a.OWNER, email="kim@example.com")
    staff.accept(store_id, invitation, a.STRANGER)
    ada("PUT", f"/v1/stores/{store_id}/staff/{a.STRANGER}", {"role": "manager"})
    staff.offer(store_id, a.OWNER, a.STRANGER)
    ada("DELETE", f"/v1/stores/{store_id}/transfer")
    staff.offer(store_id, a.OWNER, a.STRANGER)
    fan("POST", f"/v1/stores/{store_id}/transfer/accept")
    papers.submitted(store_id, a.STRANGER)
    papers.judge(store_id, MODERATOR, "claim")
    papers.judge(store_id, MODERATOR, "approve")
    staff.suspend(store_id)
    staff.judge(store_id, "restore")
    departures().forget(a.STRANGER)  # the store closes, and takes what it told of itself along
    a.an_open_store(slug="still-open")
