"""What people do at the stand-in's pages (docs.stripe.com/connect/hosted-onboarding and the methods' own)."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import stripe

from local.stripe.client import PUBLISHABLE_KEY
from local.stripe.pages import site
from local.stripe.pages.words import minor, money
from local.stripe.wire import Request, Response
from tests.builders.stand_in import RETURN_URL, AtStripe, at_stripe

BACK, AGAIN = "https://metco.example/onboarded", "https://metco.example/again"
VOID = {"meta", "link", "input", "path", "br", "hr", "img"}


@pytest.fixture
def at() -> AtStripe:
    return at_stripe()


def visit(at: AtStripe, address: str, form: dict[str, str] | None = None) -> Response:
    parts = urlsplit(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if form is None:
        return site.respond(at.core, Request("GET", path))
    return site.respond(at.core, Request("POST", path, {}, urlencode(form).encode()))


def text(response: Response) -> str:
    return response.body.decode()


def asks(at: AtStripe, method: str, currency: str = "usd", **more: Any) -> stripe.PaymentIntent:
    asked: Any = {"amount": 20_00, "currency": currency, "confirm": True, "return_url": f"{RETURN_URL}?a=1#end", **more}
    kind: Any = {"payment_method": method} if method.startswith("pm_") else {"payment_method_data": {"type": method}}
    return at.client.v1.payment_intents.create(asked | kind)


def page_of(intent: stripe.PaymentIntent) -> str:
    action: Any = intent.to_dict()["next_action"]
    about = action[action["type"]]
    return str(about.get("url") or about.get("hosted_instructions_url"))


# --------------------------------------------------------------------------------------------------------------- buyers


@pytest.mark.parametrize(
    ("method", "currency"), [("pm_card_authenticationRequired", "usd"), ("paypal", "usd"), ("upi", "inr")]
)
@pytest.mark.parametrize(("outcome", "status"), [("succeed", "succeeded"), ("fail", "requires_payment_method")])
def test_a_buyer_agrees_or_refuses_and_is_led_back(at: AtStripe, method: str, currency: str, outcome: str, status: str):
    intent = asks(at, method, currency)
    assert visit(at, page_of(intent)).status == 200
    led = visit(at, page_of(intent), {"outcome": outcome})
    back = urlsplit(led.headers["Location"])
    assert (led.status, f"{back.scheme}://{back.netloc}{back.path}", back.fragment) == (303, RETURN_URL, "end")
    assert parse_qs(back.query) == {
        "a": ["1"],
        "payment_intent": [intent.id],
        "payment_intent_client_secret": [intent.client_secret],
        "redirect_status": ["succeeded" if outcome == "succeed" else "failed"],
    }
    assert at.client.v1.payment_intents.retrieve(intent.id).status == status


def test_an_answered_page_cannot_be_answered_again(at: AtStripe):
    intent = asks(at, "pm_card_authenticationRequired")
    visit(at, page_of(intent), {"outcome": "succeed"})
    again = visit(at, page_of(intent), {"outcome": "fail"})
    assert (again.status, "Done, thank you" in text(again)) == (200, True)
    assert at.client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert len(at.client.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_a_bank_transfer_arrives_in_parts_and_no_amount_is_refused(at: AtStripe):
    customer = at.client.v1.customers.create({})
    options = {"customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}}}
    intent = asks(at, "customer_balance", customer=customer.id, payment_method_options=options)
    page = page_of(intent)
    assert "Reference" in text(visit(at, page))
    for wrong in ("", "much", "-5", "1.234", "0"):
        assert visit(at, page, {"outcome": "arrive", "amount": wrong}).status == 400
    assert visit(at, page, {"outcome": "arrive", "amount": "12.50"}).status == 303
    assert "USD 7.50" in text(visit(at, page))
    visit(at, page, {"outcome": "arrive", "amount": "7.50"})
    assert at.client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_page_leads_to_web_addresses_only(at: AtStripe):
    intent = asks(at, "upi", "inr")
    at.core.act(lambda call: call.state.save(call.get("payment_intent", intent.id) | {"_return_url": None}))
    page = page_of(intent)
    led = visit(at, f"{page}?return_url=javascript%3Aalert(1)", {"outcome": "succeed"})
    assert (led.status, led.headers.get("Location")) == (200, None)


def test_nothing_there_is_said_and_what_is_shown_is_escaped(at: AtStripe):
    for place in ("authenticate", "approve", "upi", "bank", "onboarding", "express", "objects", "receipts"):
        lost = visit(at, f"/_stripe/{place}/%3Cb%3E<script>")
        assert (lost.status, "<script>" in text(lost).replace("<script>if", "")) == (404, False)
    assert visit(at, "/_stripe/nowhere").status == 404


def test_stripes_script_asks_with_the_publishable_key_and_sees_its_own_intent_only(at: AtStripe):
    mine, other = asks(at, "pm_card_authenticationRequired"), asks(at, "pm_card_authenticationRequired")

    def ask(secret: str | None, id: str) -> Response:
        query = urlencode({"key": PUBLISHABLE_KEY, "client_secret": secret})
        return at.core.respond(site.for_script(Request("GET", f"/_stripe/v1/payment_intents/{id}?{query}")))

    assert ask(mine.client_secret, mine.id).json()["id"] == mine.id
    assert ask(other.client_secret, mine.id).status == 404
    refund = Request("POST", "/_stripe/v1/refunds", {}, f"key={PUBLISHABLE_KEY}&payment_intent={mine.id}".encode())
    assert at.core.respond(site.for_script(refund)).json()["error"]["code"] == "secret_key_required"


# -------------------------------------------------------------------------------------------------------------- sellers


def newcomer(at: AtStripe, country: str = "US") -> stripe.Account:
    controller: Any = {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    }
    wanted: Any = {"transfers": {"requested": True}}
    return at.client.v1.accounts.create({"country": country, "controller": controller, "capabilities": wanted})


def link(at: AtStripe, account: str) -> str:
    asked: Any = {"account": account, "type": "account_onboarding", "refresh_url": AGAIN, "return_url": BACK}
    return at.client.v1.account_links.create(asked).url


PERSON = {
    "first_name": "Ada",
    "last_name": "Okoye",
    "born": "1985-05-05",
    "email": "ada@metco.example",
    "phone": "+15550001",
    "address.line1": "1 Road",
    "address.city": "Springfield",
    "address.postal_code": "94080",
    "address.state": "CA",
    "ssn_last_4": "0000",
}
STEPS: list[dict[str, str]] = [
    {"step": "business", "business_type": "individual", "mcc": "5734", "url": "https://shop.example"},
    {"step": "person", **PERSON},
    {"step": "bank", "account_number": "000123456789", "routing_number": "110000000"},
    {"step": "terms", "accepted": "yes"},
]


def test_a_seller_onboards_is_asked_for_one_more_document_and_becomes_payable(at: AtStripe):
    account = newcomer(at)
    page = link(at, account.id)
    led = [visit(at, page, step | {"go": "on"}).headers.get("Location") for step in STEPS]
    assert led == [urlsplit(page).path] * 3 + [BACK]
    at.advance(seconds=10)
    waiting: Any = at.client.v1.accounts.retrieve(account.id)
    assert waiting.requirements.currently_due == ["individual.verification.document"]
    page = link(at, account.id)
    assert "One more document" in text(visit(at, page))
    good = {"step": "document", "document": "file_identity_document_success", "go": "on"}
    assert visit(at, page, good).headers["Location"] == BACK
    at.advance(seconds=10)
    payable: Any = at.client.v1.accounts.retrieve(account.id)
    assert (payable.payouts_enabled, payable.capabilities.transfers) == (True, "active")
    assert "Money can be paid out" in text(visit(at, link(at, account.id)))
    assert visit(at, at.client.v1.accounts.login_links.create(account.id).url).status == 200


def test_a_company_is_asked_for_itself_and_for_who_speaks_for_it(at: AtStripe):
    account = newcomer(at, "DE")
    page = link(at, account.id)
    visit(at, page, STEPS[0] | {"business_type": "company", "go": "on"})
    assert "Name of the company" in text(visit(at, page))
    company = {"company.name": "Okoye GmbH", "company.tax_id": "HRB1234", "company.phone": "+49301"}
    visit(at, page, {"step": "person", **PERSON, **company, "born": "1902-01-01", "go": "on"})
    visit(at, page, {"step": "bank", "account_number": "DE89370400440532013000", "go": "on"})
    assert visit(at, page, STEPS[3] | {"go": "on"}).headers["Location"] == BACK
    after: Any = at.client.v1.accounts.retrieve(account.id)
    assert (after.business_type, after.payouts_enabled) == ("company", True)


def test_a_wrong_bank_account_is_said_and_can_be_corrected(at: AtStripe):
    account = newcomer(at)
    page = link(at, account.id)
    for step in STEPS[:2]:
        visit(at, page, step | {"go": "on"})
    wrong = visit(at, page, STEPS[2] | {"account_number": "4711", "go": "on"})
    assert (wrong.status, 'value="4711"' in text(wrong)) == (400, True)
    assert not at.client.v1.accounts.external_accounts.list(account.id).data
    assert visit(at, page, STEPS[2] | {"go": "on"}).status == 303


def test_a_seller_changes_their_bank_account_in_their_own_dashboard(at: AtStripe):
    account = newcomer(at)
    page = link(at, account.id)
    for step in (STEPS[0], STEPS[1] | {"born": "1902-01-01"}, *STEPS[2:]):
        visit(at, page, step | {"go": "on"})
    dashboard = at.client.v1.accounts.login_links.create(account.id).url
    assert visit(at, dashboard, {"account_number": "4711", "routing_number": "110000000"}).status == 400
    assert visit(at, dashboard, {"account_number": "000111111113", "routing_number": "110000000"}).status == 303
    known: Any = at.client.v1.accounts.retrieve(account.id)
    used = [one.last4 for one in known.external_accounts.data if one.default_for_currency]
    assert (used, known.payouts_enabled) == (["1113"], True)


def test_a_link_is_good_once_and_not_for_long(at: AtStripe):
    account = newcomer(at)
    used, late = link(at, account.id), link(at, account.id)
    visit(at, used, {"step": "business", "go": "later"})
    assert visit(at, used).headers["Location"] == AGAIN
    at.advance(minutes=6)
    assert visit(at, late).headers["Location"] == AGAIN


# ----------------------------------------------------------------------------------------------------------- developers


class Tags(HTMLParser):
    """Whether what was opened is closed, whether each field has its label, and how many headings there are."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.fields: set[str] = set()
        self.labels: set[str] = set()
        self.headings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "label":
            self.labels.add(told.get("for") or "")
        if tag in ("input", "select") and told.get("type") not in ("hidden", "radio", "checkbox"):
            self.fields.add(told.get("id") or "without an id")
        self.headings += tag == "h1"

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_every_page_is_whole_and_every_field_has_a_label(at: AtStripe):
    intent = asks(at, "pm_card_authenticationRequired")
    asks(at, "pm_card_createDispute")
    at.client.v1.refunds.create({"payment_intent": asks(at, "pm_card_visa").id})
    account = newcomer(at)
    customer = at.client.v1.customers.create({}).id
    at.client.v1.test_helpers.customers.fund_cash_balance(customer, {"amount": 5_00, "currency": "usd"})
    cash: Any = {"origin": "customer_balance", "customer": customer, "amount": 5_00, "currency": "usd"}
    at.client.v1.refunds.create(cash)
    at.endpoint()
    at.client.v1.topups.create({"amount": 10_00, "currency": "jpy"})
    at.client.v1.payouts.create({"amount": 5_00, "currency": "jpy"})
    at.advance(seconds=10)
    one = at.client.v1.events.list({"limit": 1}).data[0].id
    places = [*(f"/_stripe{place}" for place in site.PLACES if place != "/find"), page_of(intent), link(at, account.id)]
    places += [f"/_stripe/objects/{id}" for id in (intent.id, account.id, one)]
    for place in places:
        shown = visit(at, place)
        assert shown.status == 200, place
        tags = Tags()
        tags.feed(text(shown))
        assert (tags.wrong, tags.open, tags.headings) == ([], [], 1), place
        assert tags.fields <= tags.labels, place


def press(at: AtStripe, page: str, what: str) -> Response:
    """The first button of this kind on the page, with the values that its form holds."""
    shown = text(visit(at, page))
    form = re.search(rf'<form method="post" action="/_stripe/do/{what}"[^>]*>(.*?)</form>', shown, re.DOTALL)
    assert form, f"no {what} on {page}"
    values = re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form[1])
    return visit(at, f"/_stripe/do/{what}", dict(values))


def test_the_dashboard_decides_what_banks_and_time_would(at: AtStripe):
    asks(at, "pm_card_createDispute")
    refunded = at.client.v1.refunds.create({"payment_intent": asks(at, "pm_card_pendingRefund").id})
    at.client.v1.topups.create({"amount": 10_00, "currency": "eur"})
    payout = at.client.v1.payouts.create({"amount": 5_00, "currency": "eur"})
    at.advance(seconds=3)
    assert press(at, "/_stripe/refunds", "refund-fails").headers["Location"] == "/_stripe/refunds"
    assert at.client.v1.refunds.retrieve(refunded.id).status == "failed"
    press(at, "/_stripe/disputes", "dispute-decided")
    assert at.client.v1.disputes.list().data[0].status == "won"
    press(at, "/_stripe/payouts", "payout-fails")
    assert at.client.v1.payouts.retrieve(payout.id).status == "failed"


def test_anything_is_found_by_its_id(at: AtStripe):
    customer = at.client.v1.customers.create({})
    led = visit(at, f"/_stripe/find?id=+{customer.id}+").headers["Location"]
    assert customer.id in text(visit(at, led))
    assert visit(at, visit(at, "/_stripe/find?id=../x").headers["Location"]).status == 404


def test_the_dashboard_sends_an_event_again(at: AtStripe):
    at.endpoint()
    asks(at, "pm_card_visa")
    sent: list[bytes] = []

    def take(delivery: Any) -> int:
        sent.append(delivery.body)
        return 200

    at.webhooks(take)
    before = len(sent)
    press(at, "/_stripe/events", "resend")
    at.webhooks(take)
    assert len(sent) == before + 1
    assert sent[-1] in sent[:-1]


def test_the_dashboard_moves_the_clock_and_plans_faults(at: AtStripe):
    now = at.core.clock.now()
    press(at, "/_stripe/weather", "advance")
    assert at.core.clock.now() == now + 3_600
    visit(at, "/_stripe/do/fault", {"how": "lost", "path": "/v1/refunds", "after": "2", "times": "3", "seconds": "30"})
    assert [(one.how, one.path, one.after, one.times) for one in at.core.faults.planned] == [
        ("lost", "/v1/refunds", 2, 3)
    ]
    press(at, "/_stripe/weather", "well")
    assert not at.core.faults.planned
    visit(at, "/_stripe/do/webhooks", {"drop": "50", "duplicate": "0", "shuffle": "yes"})
    assert (at.core.faults.webhooks.drop, at.core.faults.webhooks.shuffle) == (0.5, True)
    plan = {"how": "lost", "path": "/v1/refunds", "after": "0", "times": "1", "seconds": "30"}
    for wrong in ({"path": "("}, {"how": "badly"}, {"after": "often"}):
        assert visit(at, "/_stripe/do/fault", plan | wrong).status == 400
    assert not at.core.faults.planned
    assert visit(at, "/_stripe/do/advance").status == 404


def test_amounts_are_read_and_shown_to_the_unit():
    assert [minor(*one) for one in (("1,234.5", "usd"), ("1234", "jpy"), ("1.234", "kwd"), ("1.5", "jpy"))] == [
        1_234_50,
        1234,
        1234,
        None,
    ]
    assert [money(*one) for one in ((1_234_50, "usd"), (1234, "jpy"), (1234, "kwd"), (-5, "usd"))] == [
        "USD 1,234.50",
        "JPY 1,234",
        "KWD 1.234",
        "−USD 0.05",
    ]
