import base64
import json
from datetime import timedelta
from urllib.parse import parse_qsl

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from functions.identity import consumers, providers
from functions.identity.api import api
from functions.identity.model import ProfileChanged
from functions.identity.model.social import ArrivalTaken
from functions.identity.rules import social
from functions.identity.store import store
from kernel import clock, settings
from tests.builders import identity as an
from tests.builders.http import Context, an_http_event
from tests.builders.identity import GOOGLE, as_user, public


@pytest.fixture(autouse=True)
def honest():
    yield
    GOOGLE.overrides.clear()


def finish(begun: dict, code: str, **changes):
    body = {"continuation": begun["continuation"], "code": code, **changes}
    return public("POST", f"/v1/social-sign-ins/{begun['id']}/finish", body)


def come_back(**claims):
    return finish(*an.at_google(**claims))


def kinds(world) -> list[str]:
    return [row["metadata"]["type"] for row in world.envelopes()]


def owner_of(session: dict) -> str:
    return str(jwt.decode(session["access_token"], options={"verify_signature": False})["username"])


def test_somebody_new_gets_an_account_with_the_address_that_the_provider_has_verified(world):
    answer = come_back()
    assert answer.status == 201, answer.text
    me = as_user(owner_of(answer.json))("GET", "/v1/me").json
    assert (me["email"], me["name"], me["roles"]) == ("ada@example.com", "Ada L", ["customer"])
    assert kinds(world) == ["UserRegistered", "UserVerified", "UserLoggedIn"]
    assert an.sign_in(password="").status == 422


def test_who_comes_back_again_is_the_same_whatever_became_of_their_address(world):
    first, again, moved = come_back(), come_back(), come_back(email="ada@elsewhere.example", email_verified=False)
    assert owner_of(first.json) == owner_of(again.json) == owner_of(moved.json)
    assert kinds(world).count("UserRegistered") == 1


def test_a_verified_address_leads_to_the_account_that_has_it_and_its_owner_is_told(world):
    user = an.an_account()
    assert owner_of(come_back().json) == user
    assert [row["data"] for row in world.envelopes() if row["metadata"]["type"] == "AccountLinked"] == [
        {"user_id": user, "provider": "google"}
    ]
    assert an.sign_in().status == 201
    assert owner_of(come_back(email="ada@elsewhere.example").json) == user


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email": ""}, {"email_verified": "no"}])
def test_an_address_that_is_not_verified_leads_nowhere(world, claims):
    an.an_account()
    before = world.items()
    answer = come_back(**claims)
    assert (answer.status, answer.json["code"]) == (422, "address_not_vouched_for")
    assert standing(before) == standing(world.items())


def standing(items):
    return [item for item in items if item["pk"]["S"].startswith(("USER#", "EMAIL#", "LINK#"))]


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://evil.test"},
        {"aud": "somebody-else"},
        {"aud": ["metco", "somebody-else"]},
        {"nonce": "of another attempt"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_what_was_not_said_to_us_for_this_attempt_is_not_believed(world, lie):
    GOOGLE.overrides.update(lie)
    answer = come_back()
    assert (answer.status, answer.json["code"]) == (401, "social_sign_in_refused")
    assert standing(world.items()) == []


def test_a_token_of_another_signature_is_not_believed(world, monkeypatch):
    begun, code = an.at_google()
    forged = jwt.encode(
        {"sub": "google-1"}, "a secret of thirty-two letters!!", algorithm="HS256", headers={"kid": "first"}
    )
    real = providers.fetch

    def fetch(address, form=None):
        return (200, {"id_token": forged}) if address.endswith("/token") else real(address, form)

    monkeypatch.setattr(providers, "fetch", fetch)
    assert finish(begun, code).json["code"] == "social_sign_in_refused"


def test_only_the_browser_that_began_can_finish(world):
    begun, code = an.at_google()
    other = an.at_google()[0]
    expired = f"google.1.{begun['continuation'].rpartition('.')[2]}"
    for continuation in (other["continuation"], expired, "google", "google.x.y", "é"):
        assert finish(begun, code, continuation=continuation).json["code"] == "social_sign_in_refused"
    assert finish(begun, code).status == 201


def test_an_attempt_is_good_for_a_quarter_of_an_hour(world):
    begun, code = an.at_google()
    with clock.frozen(clock.now() + social.ATTEMPT_LIFE + timedelta(seconds=1)):
        assert finish(begun, code).json["code"] == "social_sign_in_refused"


def test_a_sign_in_is_finished_once(world):
    begun, code = an.at_google()
    assert [finish(begun, code).status for _ in range(2)] == [201, 409]
    assert kinds(world).count("UserLoggedIn") == 1


def test_of_two_who_finish_at_once_one_is_signed_in(world):
    user = an.an_account()
    begun, code = an.at_google()
    assert finish(begun, code).status == 201
    arrival = store().arrival(begun["id"])
    assert arrival
    with pytest.raises(ArrivalTaken):
        store().start(an.a_session(user_id=user), "x", clock.now(), arrival=arrival)


def test_it_does_not_go_around_the_second_factor_and_links_nothing_without_it(world):
    me = an.signed_in()
    user = me("GET", "/v1/me").json["user_id"]
    enrolment = me("POST", "/v1/me/second-factor-enrolments").json["id"]
    confirmed = me("PUT", "/v1/me/second-factor", {"enrolment_id": enrolment, "code": an.app_code(user, enrolment)})
    begun, code = an.at_google()
    needed = finish(begun, code)
    assert (needed.status, needed.json["code"]) == (401, "second_factor_needed")
    assert "AccountLinked" not in kinds(world)
    assert finish(begun, code, second_factor=confirmed.json["codes"][0]).status == 201
    assert "AccountLinked" in kinds(world)


def test_a_provider_that_nobody_configured_is_unknown(world):
    assert public("GET", "/v1/sign-in-providers").json == {"items": []}
    assert public("POST", "/v1/social-sign-ins", {"provider": "google"}).json["code"] == "provider_unknown"
    an.with_providers()
    assert public("GET", "/v1/sign-in-providers").json == {"items": ["google"]}


def test_an_outage_of_the_provider_is_no_refusal(world, monkeypatch):
    begun, code = an.at_google()

    def down(address, form=None):
        raise OSError("down")

    monkeypatch.setattr(providers, "fetch", down)
    assert finish(begun, code).status == 503


def test_nothing_is_kept_of_what_the_provider_said_but_the_profile(world):
    come_back(sub="a-very-particular-subject")
    kept = str([item for item in world.items() if item["sk"]["S"] != "PROFILE"])
    for said in ("a-very-particular-subject", "ada@example.com", "Ada L"):
        assert said not in kept


@pytest.fixture
def brought(world):
    """Somebody whom the provider has brought, and who has no password."""
    session = come_back().json
    return as_user(owner_of(session), session=session["session_id"])


def links(me) -> list[dict]:
    return me("GET", "/v1/me/linked-providers").json["items"]


def first_password(me, password: str = an.PASSWORD, **headers):
    return me("POST", "/v1/me/first-password", {"password": password}, headers=headers)


def unlink(me, link: str, **headers):
    return me("DELETE", f"/v1/me/linked-providers/{link}", headers=headers)


def test_who_came_by_a_provider_sets_a_first_password_after_a_recent_sign_in(world, brought):
    assert brought("GET", "/v1/me").json["has_password"] is False
    key = {"Idempotency-Key": "first-0001"}
    assert [first_password(brought, **key).status for _ in range(2)] == [204, 204]
    assert brought("GET", "/v1/me").json["has_password"] is True
    assert an.sign_in().status == 201
    told = [row["data"] for row in world.envelopes() if row["metadata"]["type"] == "PasswordChanged"]
    assert told == [{"user_id": an.id_of(brought), "by": "first"}]
    again = first_password(brought, "another good one")
    assert (again.status, again.json["code"]) == (409, "password_known")
    assert an.sign_in().status == 201


def test_who_came_by_a_provider_may_also_take_a_code_by_mail(world, brought):
    reset = public("POST", "/v1/password-resets", {"email": "ada@example.com"}).json["id"]
    body = {"code": an.code_of(reset), "password": an.PASSWORD}
    assert public("POST", f"/v1/password-resets/{reset}/confirm", body).status == 204
    assert brought("GET", "/v1/me").json["has_password"] is True
    assert an.sign_in().status == 201


def test_no_first_password_is_set_from_a_laptop_found_open_or_where_there_is_one(world, brought):
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert first_password(brought).json["code"] == "sign_in_again"
    assert first_password(brought, "aaaaaaaaaaaa").json["code"] == "password_too_weak"
    assert an.sign_in().status == 401
    other = an.signed_in("bea@example.com")
    assert first_password(other, "another good one").json["code"] == "password_known"
    assert an.sign_in("bea@example.com").status == 201
    assert "PasswordChanged" not in kinds(world)


def test_a_provider_is_removed_and_leads_in_no_more_and_its_owner_is_told(world):
    me = an.signed_in()
    come_back()
    (link,) = links(me)
    assert link["provider"] == "google"
    key = {"Idempotency-Key": "unlink-0001"}
    assert [unlink(me, link["id"], **key).status for _ in range(2)] == [204, 204]
    assert links(me) == []
    assert unlink(me, link["id"]).status == 404
    assert come_back(email="ada@elsewhere.example", email_verified=False).json["code"] == "address_not_vouched_for"
    (told,) = (row for row in world.envelopes() if row["metadata"]["type"] == "AccountUnlinked")
    body = json.dumps({"source": "metco.identity", "detail-type": "AccountUnlinked.v1", "detail": told})
    consumers.handler({"Records": [{"messageId": "m", "body": body}]}, Context())
    assert world.mails()[-1]["subject"] == "Google signs in to your Metco account no more"


def test_the_last_way_in_stays_until_there_is_a_password(world, brought):
    (link,) = links(brought)
    last = unlink(brought, link["id"])
    assert (last.status, last.json["code"]) == (409, "last_way_in")
    assert links(brought) == [link]
    assert come_back().status == 201
    assert first_password(brought).status == 204
    assert unlink(brought, link["id"]).status == 204


def test_of_two_providers_removed_at_once_one_stays(world, brought):
    user = an.id_of(brought)
    an.a_link(user)
    profile, (one, other) = store().profile(user), store().links(user)
    assert profile
    store().unlink(profile, one, None)
    with pytest.raises(ProfileChanged):
        store().unlink(profile, other, None)
    assert unlink(brought, other.id).json["code"] == "last_way_in"


def test_nobody_removes_anothers_provider_nor_an_own_one_long_after_signing_in(world):
    me, bea = an.signed_in(), an.signed_in("bea@example.com")
    come_back()
    (link,) = links(me)
    assert unlink(bea, link["id"]).status == 404
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert unlink(me, link["id"]).json["code"] == "sign_in_again"
    assert links(me) == [link]
    assert "AccountUnlinked" not in kinds(world)


# Apple: it answers by a form, and asks for a secret that is signed anew each time

PAGE = "https://metco.example/signed-in"


def appended(answer) -> dict[str, str]:
    page, _, query = answer.headers["Location"].partition("?")
    assert (answer.status, page, answer.text) == (303, PAGE, "")
    return dict(parse_qsl(query))


def test_a_form_that_a_provider_has_the_browser_post_ends_in_the_same_finish(world):
    begun, code = an.at_google()
    an.with_providers(page=PAGE)
    said = appended(an.post_form("google", state=begun["id"], code=code, user='{"name": {"firstName": "Ada"}}'))
    assert said == {"state": begun["id"], "code": code}
    assert finish(begun, said["code"]).status == 201


def test_a_form_of_who_would_not_sign_in_says_so_on_the_page(world):
    an.with_providers(page=f"{PAGE}?lang=uk")
    said = appended(an.post_form("google", state="soc_1", error="user_cancelled_authorize"))
    assert said == {"lang": "uk", "state": "soc_1", "error": "user_cancelled_authorize"}


def test_a_form_comes_as_the_gateway_sends_it_in_base_64(world):
    an.with_providers(page=PAGE)
    body = base64.b64encode(b"state=soc_1&code=4%2F0Ab").decode()
    route = "POST /v1/sign-in-providers/{provider}/callback"
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    event = an_http_event("POST", "/v1/sign-in-providers/google/callback", body, route=route, headers=headers)
    answer = api.handler(event | {"isBase64Encoded": True}, Context())
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, f"{PAGE}?state=soc_1&code=4%2F0Ab")


@pytest.mark.parametrize(
    ("provider", "fields", "refused"),
    [
        ("google", {"code": "4/0Ab"}, (422, "invalid")),
        ("google", {"state": "x" * 101}, (422, "invalid")),
        ("nobody", {"state": "soc_1"}, (404, "provider_unknown")),
    ],
)
def test_a_form_that_leads_nowhere_is_refused(world, provider, fields, refused):
    an.with_providers(page=PAGE)
    answer = an.post_form(provider, **fields)
    assert (answer.status, answer.json["code"]) == refused
    assert "Location" not in answer.headers


def test_a_provider_without_a_page_takes_no_form_and_no_route_takes_the_others_media_type(world):
    an.with_providers()
    assert an.post_form("google", state="soc_1").json["code"] == "provider_unknown"
    path = "/v1/sign-in-providers/google/callback"
    assert public("POST", path, {"state": "soc_1"}).json["code"] == "unsupported_media_type"
    form = {"content-type": "application/x-www-form-urlencoded"}
    refused = public("POST", "/v1/social-sign-ins", "provider=google", headers=form)
    assert (refused.status, refused.json["detail"]) == (415, "Send the body as application/json.")


def test_a_provider_that_wants_a_signed_secret_gets_one_by_our_key(world, monkeypatch):
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    ours = {"google": {"team": "TEAM123456", "key_id": "KEY1234567", "key": pem}}
    monkeypatch.setattr(settings, "secret", lambda _: json.dumps(ours))
    real, sent = providers.fetch, []

    def fetch(address, form=None):
        if form:
            sent.append(form["client_secret"])
            form = {**form, "client_secret": GOOGLE.client_secret}
        return real(address, form)

    monkeypatch.setattr(providers, "fetch", fetch)
    assert come_back().status == 201
    assert jwt.get_unverified_header(sent[0]) == {"alg": "ES256", "kid": "KEY1234567", "typ": "JWT"}
    said = jwt.decode(sent[0], key.public_key(), algorithms=["ES256"], audience=GOOGLE.issuer)
    assert (said["iss"], said["sub"], said["exp"] - said["iat"]) == ("TEAM123456", GOOGLE.client_id, 300)
    assert "PRIVATE" not in str(world.items()) + str(sent)
