from datetime import timedelta

import pytest
from pydantic import ValidationError

from functions.identity.model.api_keys import ApiKeyRequest, KeyRing, TooManyApiKeys
from functions.identity.rules import api_keys as rules
from kernel.errors import NotFound
from tests.builders.identity import NOW


def asked(**changes):
    return ApiKeyRequest(**({"name": "Stock", "scopes": ["profile:read"]} | changes))


def an_id(number):
    return f"key_{number:026d}"


def a_ring(number, ring=None, first=0, **changes):
    ring = ring or KeyRing()
    for one in range(first, first + number):
        secret = rules.secret_of(an_id(one), b"k")
        ring = rules.with_key(ring, an_id(one), secret, asked(**changes), NOW + timedelta(seconds=one))
    return ring


def test_a_key_is_kept_by_its_hash_and_shown_by_its_first_letters():
    ring = a_ring(1)
    secret = rules.secret_of(an_id(0), b"k")
    assert secret.startswith("mk_")
    assert len(secret) == 46
    assert secret not in ring.model_dump_json()
    assert ring.items[0].hash == rules.hash_of(secret)
    assert secret.startswith(rules.shown(ring.items[0]).prefix)
    assert "hash" not in rules.shown(ring.items[0]).model_dump()


def test_another_secret_key_or_id_makes_another_api_key():
    assert len({rules.secret_of(an_id(one), key) for one in (1, 2) for key in (b"k", b"l")}) == 4


def test_scopes_are_those_of_the_permission_table():
    assert asked(scopes=["profile:write", "profile:read", "profile:read"]).scopes == ["profile:read", "profile:write"]
    for wrong in (["everything"], [""], []):
        with pytest.raises(ValidationError):
            asked(scopes=wrong)


def test_there_may_be_so_many_good_keys_and_bad_ones_do_not_count():
    ring = a_ring(rules.MOST)
    with pytest.raises(TooManyApiKeys):
        a_ring(1, ring, first=rules.MOST)
    ring = rules.revoked(ring, an_id(0), NOW)
    assert len(a_ring(1, ring, first=rules.MOST).items) == rules.MOST + 1


def test_keys_that_ended_are_remembered_for_a_while_only():
    ring = KeyRing()
    for one in range(rules.REMEMBERED + 5):
        ring = rules.revoked(a_ring(1, ring, first=one), an_id(one), NOW)
    assert len(ring.items) == rules.REMEMBERED
    assert ring.items[0].id == an_id(rules.REMEMBERED + 4)


def test_the_latest_day_of_use_is_kept_whatever_the_order_of_the_news():
    ring, day = a_ring(1), NOW.date()
    later = rules.used(ring, an_id(0), day + timedelta(days=1))
    assert rules.used(later, an_id(0), day) is later
    assert rules.used(later, an_id(0), day + timedelta(days=1)) is later
    assert rules.used(later, an_id(9), day) is later
    assert later.items[0].last_used_on == day + timedelta(days=1)


def test_a_key_that_is_not_there_cannot_be_revoked():
    with pytest.raises(NotFound):
        rules.revoked(a_ring(1), an_id(5), NOW)


def test_the_same_request_is_told_from_another_one():
    key = a_ring(1).items[0]
    assert rules.asked_for(key, asked())
    for other in ({"name": "Else"}, {"scopes": ["profile:write"]}, {"expires_in_days": 3}):
        assert not rules.asked_for(key, asked(**other))
