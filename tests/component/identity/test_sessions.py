from functions.identity import rules
from functions.identity.store import store
from kernel import clock
from tests.builders import identity as an
from tests.builders.identity import NOW, as_user, public, sign_in


def logged(world, kind):
    return [row for row in world.envelopes() if row["metadata"]["type"] == kind]


def test_signing_in_begins_a_session_and_says_so(world):
    user = an.an_account()
    answer = sign_in()
    assert answer.status == 201
    assert answer.json["token_type"] == "Bearer"
    [told] = logged(world, "UserLoggedIn")
    assert told["data"] == {"user_id": user, "session_id": answer.json["session_id"]}


def test_the_address_may_be_written_in_any_case(world):
    an.an_account("ada@example.com")
    assert sign_in("ADA@example.com").status == 201


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(world):
    an.an_account("ada@example.com")
    wrong, unknown = sign_in(password="not this one"), sign_in("eve@example.com")
    assert (wrong.status, wrong.json["code"], wrong.json["detail"]) == (401, "sign_in_refused", unknown.json["detail"])
    assert logged(world, "UserLoggedIn") == []


def test_guessing_is_stopped_and_the_wait_is_told(world):
    with clock.frozen(NOW) as advance:
        an.an_account()
        for _ in range(rules.SIGN_INS_PER_WINDOW):
            assert sign_in(password="not this one").status == 401
        blocked = sign_in()
        assert (blocked.status, blocked.json["code"]) == (429, "sign_in_blocked")
        assert int(blocked.headers["Retry-After"]) == rules.WINDOW.total_seconds()
        advance(rules.WINDOW)
        assert sign_in().status == 201


def test_an_unknown_address_is_blocked_like_a_known_one(world):
    with clock.frozen(NOW):
        answers = [sign_in("eve@example.com").status for _ in range(rules.SIGN_INS_PER_WINDOW + 1)]
    assert answers == [401] * rules.SIGN_INS_PER_WINDOW + [429]


def test_a_success_forgets_the_failures_before_it(world):
    with clock.frozen(NOW):
        an.an_account()
        for _ in range(2):
            for _ in range(rules.SIGN_INS_PER_WINDOW - 1):
                sign_in(password="not this one")
            assert sign_in().status == 201


def test_a_session_can_be_refreshed_until_it_ends(world):
    user = an.an_account()
    session = sign_in().json
    refresh = {"refresh_token": session["refresh_token"]}
    assert public("POST", "/v1/sessions/refresh", refresh).json["session_id"] == session["session_id"]
    as_user(user)("DELETE", f"/v1/sessions/{session['session_id']}")
    refused = public("POST", "/v1/sessions/refresh", refresh)
    assert (refused.status, refused.json["code"]) == (401, "session_ended")


def test_sessions_are_listed_with_the_device_and_the_current_one_marked(world):
    user = an.an_account()
    credentials = {"email": "ada@example.com", "password": an.PASSWORD}
    phone = public("POST", "/v1/sessions", credentials, headers={"user-agent": "Phone/1"}).json["session_id"]
    laptop = public("POST", "/v1/sessions", credentials, headers={"user-agent": "Laptop/2"}).json["session_id"]
    listed = as_user(user, session=laptop)("GET", "/v1/sessions").json["items"]
    assert {(item["session_id"], item["device"], item["current"]) for item in listed} == {
        (phone, "Phone/1", False),
        (laptop, "Laptop/2", True),
    }


def test_the_list_is_paged_with_a_cursor_that_only_its_owner_can_use(world):
    user = an.an_account()
    started = {sign_in().json["session_id"] for _ in range(3)}
    me = as_user(user)
    first = me("GET", "/v1/sessions", query={"limit": "2"}).json
    rest = me("GET", "/v1/sessions", query={"limit": "2", "cursor": first["cursor"]}).json
    assert {item["session_id"] for item in first["items"] + rest["items"]} == started
    assert rest["cursor"] is None
    stolen = as_user(an.OTHER)("GET", "/v1/sessions", query={"cursor": first["cursor"]})
    assert (stolen.status, stolen.json["code"]) == (422, "cursor_invalid")


def test_ending_a_session_is_told_once_however_often_it_is_asked(world):
    user = an.an_account()
    session = sign_in().json["session_id"]
    me = as_user(user, session=session)
    assert [me("DELETE", "/v1/sessions/current").status for _ in range(2)] == [204, 204]
    [told] = logged(world, "UserLoggedOut")
    assert told["data"]["session_id"] == session
    assert me("GET", "/v1/sessions").json["items"] == []


def test_ending_all_sessions_ends_each_once_also_when_they_do_not_fit_one_transaction(world):
    user = an.an_account()
    sessions = {f"session-{n}" for n in range(45)}
    for session in sessions:
        store().start(an.a_session(id=session, user_id=user), "address", NOW)
    assert as_user(user)("DELETE", "/v1/sessions").status == 204
    ended = [row["data"]["session_id"] for row in logged(world, "UserLoggedOut")]
    assert (len(ended), set(ended)) == (45, sessions)


def test_someone_elses_session_is_not_found_and_goes_on(world):
    an.an_account()
    session = sign_in().json
    eve = as_user(an.an_account("eve@example.com"))
    assert eve("DELETE", f"/v1/sessions/{session['session_id']}").status == 404
    assert public("POST", "/v1/sessions/refresh", {"refresh_token": session["refresh_token"]}).status == 200
