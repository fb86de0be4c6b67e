import pytest

from functions.payments import stripe_api
from functions.payments.api import api
from tests.builders.http import Caller

PAGE = ("GET", "/v1/pay")


@pytest.fixture(autouse=True)
def fresh(world):
    stripe_api.use(None)


def test_anybody_may_open_the_page_and_it_says_nothing_of_any_payment(world):
    world.set(stripe={"publishable_key": "pk_test_1"})
    answer = Caller(api)(*PAGE)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'data-key="pk_test_1"' in answer.text
    assert "https://js.stripe.com/" in answer.text
    assert world.items() == []


def test_on_a_laptop_the_form_is_the_stand_ins(world):
    world.set(stripe={"publishable_key": "pk_test_1", "script_url": "/_stripe/stripe.js"})
    answer = Caller(api)(*PAGE)
    assert '<script src="/_stripe/stripe.js" defer></script>' in answer.text
    assert "js.stripe.com" not in answer.headers["Content-Security-Policy"]


def test_without_a_publishable_key_there_is_no_page(world):
    world.set(stripe={})
    answer = Caller(api)(*PAGE)
    assert (answer.status, answer.json["code"]) == (503, "stripe_misconfigured")
