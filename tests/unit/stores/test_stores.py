import pytest
from pydantic import ValidationError

from functions.stores.model.names import RESERVED_SLUGS
from functions.stores.model.refusals import CountryVerified, CurrencyInUse, TooManySlugs
from functions.stores.model.stores import Checklist, NewStore, Policies, ReturnPolicy, StoreChange
from functions.stores.rules import stores as rules
from functions.stores.rules.checklist import checklist
from tests.builders import stores as a


def test_a_new_store_is_open_unverified_and_its_founder_may_do_all():
    store = rules.new_store(a.STORE, NewStore(**a.a_request()), a.NOON)
    assert (store.standing, store.verification, store.payouts, store.version) == ("open", "unverified", "missing", 1)
    founder = rules.founder(store, a.OWNER)
    assert (founder.role, set(founder.permissions)) == ("owner", set(rules.ALL_PERMISSIONS))


def test_an_edit_changes_what_is_sent_only():
    store = a.a_store(tagline="Film", description="Cameras.")
    assert rules.edited(store, StoreChange(description="")) == store.model_copy(
        update={"description": "", "version": 2}
    )


def test_the_currency_stays_while_rates_are_priced_in_it():
    priced = a.a_store(shipping=a.shipping())
    with pytest.raises(CurrencyInUse):
        rules.edited(priced, StoreChange(currency="PLN"))
    assert rules.edited(priced, StoreChange(currency="EUR")).version == 2
    assert rules.edited(a.a_store(), StoreChange(currency="PLN")).currency == "PLN"


def test_a_verified_store_does_not_change_its_country():
    with pytest.raises(CountryVerified):
        rules.edited(a.a_store(verification="verified"), StoreChange(country="PL"))
    assert rules.edited(a.a_store(), StoreChange(country="PL")).country == "PL"


def test_a_moved_store_remembers_where_it_was():
    once = rules.moved(a.a_store(), "film")
    assert (once.slug, once.former_slugs) == ("film", ["analog-cameras"])
    back = rules.moved(once, "analog-cameras")
    assert (back.slug, back.former_slugs, back.version) == ("analog-cameras", ["film"], 3)


def test_ten_former_addresses_are_enough():
    full = a.a_store(former_slugs=[f"film-{number}" for number in range(10)])
    with pytest.raises(TooManySlugs):
        rules.moved(full, "film")
    assert rules.moved(full, "film-3").slug == "film-3"


@pytest.mark.parametrize(
    "slug", ["ab", "a" * 41, "Film", "film_1", "-film", "film-", "fi--lm", "fílm", *sorted(RESERVED_SLUGS)]
)
def test_a_slug_is_plain_and_not_metcos_own(slug):
    with pytest.raises(ValidationError):
        NewStore(**a.a_request(slug=slug))


def test_the_page_tells_where_parcels_come_from_by_country_only():
    page = rules.page(a.a_store(shipping=a.shipping(), standing_reason="secret", verification_reason="secret"))
    assert page.ships_from == ["DE"]
    assert "Torstraße" not in page.model_dump_json()
    assert "secret" not in page.model_dump_json()


# The checklist

READY = {
    "description": "Cameras.",
    "shipping": a.shipping(),
    "policies": Policies(returns=ReturnPolicy(accepted=False)),
    "verification": "verified",
    "payouts": "done",
}


def states(told: Checklist) -> dict[str, str]:
    return {step.key: step.state for step in told.steps}


def test_a_store_with_all_that_is_required_may_sell():
    told = checklist(a.a_store(**READY))
    assert told.may_sell
    assert [step.key for step in told.steps if step.required and step.state != "done"] == []


@pytest.mark.parametrize(
    ("lacking", "step"),
    [
        ({"description": ""}, "profile"),
        ({"shipping": a.shipping(origins=[])}, "shipping_origin"),
        ({"shipping": a.shipping(zones=[])}, "shipping_rates"),
        ({"policies": Policies(terms="Ours.")}, "return_policy"),
        ({"verification": "submitted"}, "verification"),
        ({"payouts": "missing"}, "payouts"),
    ],
)
def test_whatever_is_required_and_missing_holds_the_store_up(lacking, step):
    told = checklist(a.a_store(**READY | lacking))
    assert not told.may_sell
    assert next(key for key, state in states(told).items() if state == "missing") == step


def test_a_store_of_before_there_were_payments_has_to_connect_its_account_too():
    told = checklist(a.a_store(**READY | {"payouts": "later"}))
    [payouts] = [step for step in told.steps if step.key == "payouts"]
    assert (payouts.state, payouts.required, told.may_sell) == ("missing", True, False)


@pytest.mark.parametrize("standing", ["suspended", "closed"])
def test_a_store_that_is_not_open_sells_nothing(standing):
    assert not checklist(a.a_store(**READY, standing=standing)).may_sell
