import base64
import hashlib
import re

import pytest

from functions.payments import pay_page

STAND_IN, STRIPE = "/_stripe/stripe.js", "https://js.stripe.com/v3/"


def test_the_page_holds_the_publishable_key_and_loads_the_script_that_it_is_told():
    shown = pay_page.page("pk_test_1", STAND_IN)
    assert 'data-key="pk_test_1"' in shown
    assert '<script src="/_stripe/stripe.js" defer></script>' in shown
    assert not re.search(r"\$(style|script|key|own)\b", shown), "a placeholder is left"


def test_what_an_operator_wrote_cannot_become_markup():
    shown = pay_page.page('"><script>alert(1)</script>', 'https://x/"onload="alert(1)')
    assert "<script>alert" not in shown
    assert '"onload="' not in shown


@pytest.mark.parametrize("script_url", [STAND_IN, STRIPE])
def test_only_our_own_code_and_stripes_runs_there(script_url: str):
    shown, policy = pay_page.page("pk_test_1", script_url), directives(script_url)
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        [inside] = re.findall(rf"<{tag}(?: type=\"module\")?>(.*?)</{tag}>", shown, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[directive]
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert not any("unsafe" in source or source == "*" for sources in policy.values() for source in sources)


def test_the_laptops_script_is_let_in_as_the_pages_own_and_stripes_by_name():
    assert "'self'" in directives(STAND_IN)["script-src"]
    assert "https://js.stripe.com" not in directives(STAND_IN)["script-src"]
    assert {"https://js.stripe.com", "https://*.js.stripe.com"} <= set(directives(STRIPE)["script-src"])
    assert "'self'" not in directives(STRIPE)["script-src"]
    assert "https://hooks.stripe.com" in directives(STRIPE)["frame-src"]


def test_the_secret_that_stripe_comes_back_with_is_told_to_nobody():
    told = pay_page.headers(STRIPE)
    assert (told["Referrer-Policy"], told["Cache-Control"]) == ("no-referrer", "no-store")


def directives(script_url: str) -> dict[str, list[str]]:
    policy = pay_page.headers(script_url)["Content-Security-Policy"]
    return {name: sources for name, *sources in (part.split() for part in policy.split("; "))}
