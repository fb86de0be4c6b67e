import pytest

from kernel import authz
from kernel.authz import ANONYMOUS, Principal, decide, hopeless, principal_of, require
from kernel.errors import Forbidden, NotFound, Unauthenticated
from kernel.permit import allow

OWNER = Principal("usr_1", "s", frozenset({"customer"}))
OTHER = Principal("usr_2", "s", frozenset({"customer"}))
ADMIN = Principal("usr_3", "s", frozenset({"customer", "admin"}))
KEY = Principal("usr_1", "", frozenset({"customer"}), scopes=frozenset({"things:read"}))
GUEST = Principal("gst_1", "", frozenset({"guest"}))
STAFF = Principal("usr_4", "s", frozenset({"customer"}), {"str_1": frozenset({"edit_products"})})


@pytest.fixture(autouse=True)
def table(monkeypatch):
    rules = {
        "own": allow(own=True),
        "roles": allow(roles=("admin",)),
        "either": allow(own=True, roles=("admin",)),
        "staff": allow(store="edit_products"),
        "read": allow(own=True, scope="things:read"),
        "write": allow(own=True, scope="things:write"),
        "browse": allow(own=True, guest=True),
    }
    monkeypatch.setattr(authz, "PERMISSIONS", rules)


@pytest.mark.parametrize(
    ("who", "action", "owner", "store", "refusal"),
    [
        (OWNER, "own", "usr_1", "", None),
        (OTHER, "own", "usr_1", "", NotFound),
        (ADMIN, "own", "usr_1", "", NotFound),
        (OWNER, "own", "", "", Forbidden),
        (OTHER, "roles", "", "", Forbidden),
        (ADMIN, "roles", "", "", None),
        (ADMIN, "either", "usr_1", "", None),
        (OWNER, "either", "usr_1", "", None),
        (OTHER, "either", "usr_1", "", NotFound),
        (STAFF, "staff", "", "str_1", None),
        (STAFF, "staff", "", "str_2", NotFound),
        (OWNER, "staff", "", "str_1", NotFound),
        (STAFF, "staff", "", "", Forbidden),
        (ANONYMOUS, "own", "anonymous", "", Unauthenticated),
        (OWNER, "read", "usr_1", "", None),
        (KEY, "read", "usr_1", "", None),
        (KEY, "read", "usr_2", "", NotFound),
        (KEY, "write", "usr_1", "", Forbidden),
        (KEY, "own", "usr_1", "", Forbidden),
        (GUEST, "browse", "gst_1", "", None),
        (GUEST, "browse", "gst_2", "", NotFound),
        (GUEST, "own", "gst_1", "", Unauthenticated),
        (ANONYMOUS, "roles", "", "", Unauthenticated),
    ],
)
def test_the_table_decides(who, action, owner, store, refusal):
    decision = decide(who, action, owner=owner, store=store)
    assert type(decision) is (refusal or type(None))


def test_nobody_owns_what_has_no_owner():
    assert isinstance(decide(Principal(""), "own", owner=""), Forbidden)


def test_an_action_that_is_not_in_the_table_is_nobodys():
    with pytest.raises(KeyError):
        decide(ADMIN, "unheard_of")


@pytest.mark.parametrize(
    ("who", "action", "refusal"),
    [
        (OTHER, "own", None),
        (OTHER, "roles", Forbidden),
        (ADMIN, "roles", None),
        (OTHER, "staff", Forbidden),
        (STAFF, "staff", None),
        (ANONYMOUS, "own", Unauthenticated),
    ],
)
def test_whoever_could_never_pass_is_refused_before_anything_is_read(who, action, refusal):
    assert type(hopeless(who, action)) is (refusal or type(None))


def test_requiring_raises_or_returns_the_caller_and_leaves_a_track():
    with authz.acting_as(OWNER) as checks:
        assert authz.principal() is require("own", owner="usr_1") is OWNER
        with pytest.raises(Forbidden):
            require("roles")
        assert checks.required == {"own", "roles"}
    assert authz.principal() is ANONYMOUS


def test_without_a_caller_nothing_is_allowed():
    with pytest.raises(Unauthenticated):
        require("own", owner="usr_1")


def test_a_principal_survives_the_way_through_the_gateway():
    assert Principal.from_context(STAFF.to_context()) == STAFF


def test_what_the_authorizer_said_is_what_the_function_believes():
    def event(**context):
        return {"requestContext": {"authorizer": {"lambda": context}}}

    assert principal_of(event(principal=OWNER.to_context())) == OWNER
    refused = principal_of(event(refused="The access token has expired."))
    assert isinstance(refused, Unauthenticated)
    assert refused.detail == "The access token has expired."
    assert isinstance(principal_of({"requestContext": {}}), Unauthenticated)
    assert isinstance(principal_of({"requestContext": {"authorizer": {"lambda": None}}}), Unauthenticated)
