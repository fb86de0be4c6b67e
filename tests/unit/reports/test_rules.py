from datetime import timedelta

import pytest
from pydantic import ValidationError

from functions.reports import rules
from functions.reports.model import Activities, ActivityRefused
from tests.builders import reports as a
from tests.builders.reports import NOON


def sent(*each, consent: bool = True) -> Activities:
    return Activities.model_validate(a.activities(*each, consent=consent))


def test_without_consent_nobody_is_kept():
    assert rules.visitor(a.PERSON, sent(consent=False)) == ""
    assert rules.visitor(a.PERSON, sent()) == a.PERSON


def test_what_stands_twice_in_a_sending_counts_once():
    one = a.an_activity()
    assert len(rules.done(sent(one, one, a.an_activity()), NOON)) == 2


@pytest.mark.parametrize(("said", "kept"), [(timedelta(), NOON), (timedelta(minutes=4), NOON), (-rules.LATE, None)])
def test_nothing_is_kept_as_later_than_now(said, kept):
    [one] = rules.done(sent(a.an_activity(at=(NOON + said).isoformat())), NOON)
    assert one.at == (kept or NOON + said)


@pytest.mark.parametrize("said", [rules.AHEAD + timedelta(seconds=1), -rules.LATE - timedelta(seconds=1)])
def test_what_cannot_have_happened_then_is_refused_by_its_place(said):
    with pytest.raises(ActivityRefused) as refused:
        rules.done(sent(a.an_activity(), a.an_activity(at=(NOON + said).isoformat())), NOON)
    assert [fault.pointer for fault in refused.value.faults] == ["/activities/1/at"]


@pytest.mark.parametrize(
    "said",
    [
        {"product_id": None},
        {"kind": "searched", "product_id": None},
        {"kind": "store_viewed"},
        {"id": "short"},
        {"kind": "breathed"},
        {"at": "2030-01-01T12:00:00"},
        {"query": "x" * 201},
    ],
)
def test_an_activity_says_what_it_is_about(said):
    with pytest.raises(ValidationError):
        sent(a.an_activity(**said))


def test_what_people_typed_is_told_to_nobody():
    happened = rules.done(sent(a.an_activity(kind="searched", query="my secret wish")), NOON)
    assert [one.query for one in rules.told(happened)] == [None]


def test_neighbours_in_one_network_count_together_and_the_key_tells_nobody_which():
    one, other = (rules.network_key(ip, b"key") for ip in ("2001:db8::1", "2001:db8::ffff"))
    assert one == other != rules.network_key("2001:db8:0:1::1", b"key")
    assert rules.network_key("192.0.2.1", b"key") != rules.network_key("192.0.2.1", b"other")
