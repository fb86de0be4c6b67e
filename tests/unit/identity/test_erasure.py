import json
from datetime import timedelta

import pytest

from functions.identity.model.erasure import ErasureBegun, KeptErasure
from functions.identity.rules import erasure as rules
from tests.builders.identity import NOW

WAIT = timedelta(days=14)


def test_an_erasure_is_due_when_its_waiting_time_is_over():
    waiting = rules.requested(KeptErasure(), NOW, WAIT)
    assert not rules.due(waiting, NOW + WAIT - timedelta(seconds=1))
    assert rules.due(waiting, NOW + WAIT)


def test_a_cancelled_erasure_is_never_due_and_one_that_began_is_always():
    waiting = rules.requested(KeptErasure(), NOW, WAIT)
    assert not rules.due(rules.cancelled(waiting), NOW + 2 * WAIT)
    assert rules.due(waiting.model_copy(update={"state": "erasing"}), NOW)


def test_what_began_cannot_be_cancelled():
    with pytest.raises(ErasureBegun):
        rules.cancelled(KeptErasure(state="erasing", version=2))


def test_each_step_is_a_version_of_its_own():
    assert rules.requested(rules.cancelled(rules.requested(KeptErasure(), NOW, WAIT)), NOW, WAIT).version == 3


def test_an_export_waits_for_everybody_but_not_for_ever():
    export = rules.new_export("exp_00000000000000000000000000", NOW)
    assert rules.complete(export, [], [], NOW)
    assert not rules.complete(export, ["stores"], ["stores", "orders"], NOW)
    assert rules.complete(export, ["orders", "stores"], ["stores", "orders"], NOW)
    assert rules.complete(export, [], ["stores"], NOW + rules.PATIENCE)


def test_an_archive_is_fetched_while_it_is_ready_and_good():
    export = rules.new_export("exp_00000000000000000000000000", NOW)
    ready = export.model_copy(update={"state": "ready"})
    assert rules.can_be_fetched(ready, export.id, NOW)
    assert not rules.can_be_fetched(export, export.id, NOW)
    assert not rules.can_be_fetched(ready, "exp_00000000000000000000000001", NOW)
    assert not rules.can_be_fetched(ready, export.id, NOW + rules.EXPORT_LIFE)
    assert not rules.can_be_fetched(None, export.id, NOW)


def test_only_the_right_token_opens_an_export():
    token = rules.link_token("exp_1", b"k")
    assert rules.is_link_token("exp_1", token, b"k")
    for export_id, guess, key in (("exp_2", token, b"k"), ("exp_1", token, b"l"), ("exp_1", "ü", b"k")):
        assert not rules.is_link_token(export_id, guess, key)


def test_an_export_leaves_out_what_only_the_machinery_needs():
    rows = [{"pk": "USER#1", "sk": "API_KEYS", "_commit": "c", "ttl": 1, "items": [{"name": "Stock", "hash": "h"}]}]
    assert json.loads(rules.readable(rows)) == {"api_keys": {"items": [{"name": "Stock"}]}}
