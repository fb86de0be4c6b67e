"""What a store still lacks before it may sell: a reading of the store, kept nowhere."""

from collections.abc import Iterator

from functions.stores.model.stores import Checklist, Step, Store


def checklist(store: Store) -> Checklist:
    """Every required step is done, or not to be had yet; what is only good to have never holds a store up."""
    steps = list(_steps(store))
    lacking = [step for step in steps if step.required and step.state == "missing"]
    return Checklist(store_id=store.store_id, may_sell=not lacking and store.standing == "open", steps=steps)


def _steps(store: Store) -> Iterator[Step]:
    returns = store.policies.returns
    yield _step("profile", bool(store.description), "Describe what you sell.")
    yield _step("shipping_origin", bool(store.shipping.origins), "Say where parcels leave from.")
    yield _step("shipping_rates", bool(store.shipping.zones), "Add at least one zone with a rate.")
    yield _step("return_policy", returns is not None, "Say whether and how long buyers may return things.")
    yield _step("verification", store.verification == "verified", VERIFICATION_HINTS[store.verification])
    yield _step("payouts", store.payouts == "done", "Connect the account that payouts go to.")
    yield _step("tagline", bool(store.tagline), "Say in one line what the store is about.", required=False)
    yield _step("opening_hours", bool(store.hours.week), "Say when you answer.", required=False)
    yield _step("terms", bool(store.policies.terms), "Write down your terms.", required=False)
    yield _step("faq", bool(store.faq.items), "Answer what buyers ask most.", required=False)


VERIFICATION_HINTS = {
    "unverified": "Send in your documents.",
    "submitted": "Your documents are being looked at.",
    "verified": "Your documents were accepted.",
    "rejected": "Your documents were not accepted: read why, and send them in again.",
}


def _step(key: str, done: bool, hint: str, *, required: bool = True) -> Step:
    return Step(key=key, state="done" if done else "missing", required=required, hint=hint)
