"""Ways to sign in besides the password, on the deployed template: the pool really asks the trigger."""

from local.stack import Stack
from tests.e2e.walk import Person
from tests.e2e.ways_walk import by_provider, walk_ways


def test_a_person_signs_in_by_mail_by_sms_and_by_a_provider_and_changes_where_codes_go(stack: Stack):
    walk_ways(Person(stack))


def test_a_provider_opens_an_account_for_somebody_new(stack: Stack):
    person = Person(stack)
    by_provider(person)
    assert person.mine("GET", "/v1/sessions").json()["items"]
