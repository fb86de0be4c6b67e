"""How long money may be held: by the platform's country, as data that is checked."""

import pytest

from functions.orders import windows as read
from functions.orders.rules import holding
from functions.orders.rules.due import DAY_S, Windows
from kernel import settings


@pytest.mark.parametrize(("country", "days"), [("", 90), ("DE", 90), ("US", 730), ("TH", 10)])
def test_the_limit_is_the_one_of_the_platforms_country(monkeypatch, country, days):
    monkeypatch.setattr(settings, "_current_settings", lambda: {"holding": {"country": country}})
    assert read.windows() == Windows(hold_s=days * DAY_S)


def test_an_operator_may_replace_the_data_and_make_the_limit_less_but_never_more(monkeypatch):
    said = {"holding": {"country": "DE", "days": {"DE": 60}}, "windows": {"hold_s": 30 * DAY_S, "settle_s": 60}}
    monkeypatch.setattr(settings, "_current_settings", lambda: said)
    assert read.windows() == Windows(hold_s=30 * DAY_S, settle_s=60)
    said["windows"] = {"hold_s": 200 * DAY_S}
    assert read.windows().hold_s == 60 * DAY_S


def test_a_setting_that_is_wrong_holds_no_sale_up_and_money_not_too_long(monkeypatch):
    monkeypatch.setenv("STAGE", "test")
    said = {"holding": {"country": "US", "days": {"US": "long"}}}
    monkeypatch.setattr(settings, "_current_settings", lambda: said)
    assert read.windows() == Windows()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"country": "usa"}, "usa in holding is no country's two letters."),
        ({"days": {"Us": 730}}, "Us in holding's days is no country's two letters."),
        ({"days": {"US": 5}}, "US in holding's days: 5 are not more than the 5 that a person has to decide."),
        ({"platform": "US"}, "platform in holding means nothing: country, and days by country."),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(said, told):
    assert [*holding.faults(said)] == [told]
    assert [*holding.faults({"country": "US", "days": {"US": 730}})] == []
