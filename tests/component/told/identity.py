"""All that identity tells of, and the words of people that are said on the way."""

from tests.builders import identity

PERSONAL = (identity.PASSWORD, "Ada", "gone@example.com")


def everything() -> None:
    ada, admin = identity.an_account("ada@example.com"), identity.an_account("admin@example.com")
    session = identity.sign_in("ada@example.com").json["session_id"]
    me = identity.as_user(ada, session=session)
    me("PATCH", "/v1/me", {"locale": "uk"})
    me("PATCH", "/v1/me/preferences", {"digest": "weekly"})
    identity.an_export(ada)
    identity.upload_picture(ada)
    me("POST", "/v1/me/avatar/confirm")
    me("POST", "/v1/me/guests", {"guest_token": identity.a_guest()})
    identity.erased(identity.an_account("gone@example.com"), "gone@example.com")
    key = me("POST", "/v1/me/api-keys", {"name": "Stock", "scopes": ["profile:read"]}).json["id"]
    me("DELETE", f"/v1/me/api-keys/{key}")
    me("POST", "/v1/me/password", {"current_password": identity.PASSWORD, "new_password": "another good one"})
    identity.with_phone(me, identity.a_number())
    begun, code = identity.at_google()
    body = {"continuation": begun["continuation"], "code": code}
    identity.public("POST", f"/v1/social-sign-ins/{begun['id']}/finish", body)
    me("DELETE", f"/v1/me/linked-providers/{identity.a_link(ada)}")
    identity.with_second_factor(me)
    app = identity.a_new_second_factor(ada)
    me("POST", "/v1/me/recovery-codes", {"code": identity.app_code(ada, app)})
    me("DELETE", "/v1/sessions/current")
    joining = {"roles": ["moderator"], "reason": "Joined the team"}
    identity.as_user(admin, roles=("customer", "admin"))("PUT", f"/v1/users/{ada}/roles", joining)
