"""Identity's other ways in under faults: each fault at each call of a change, and of a sign-in without a password."""

import random
from collections import Counter
from unittest.mock import patch

import pytest

from functions.identity import api, providers, rules
from functions.identity.rules import second_factor
from functions.identity.store.social import link_rows
from kernel import clock, settings
from kernel.changes import encode
from tests.builders import identity as an
from tests.chaos import coverage, faults, tales
from tests.chaos.tales import Stage
from tests.chaos.wire import PointPlan, Wire, no_faults

ADA = an.USER
PHONE = an.a_number()
MINE = tuple(f"functions/identity/store/{name}.py" for name in ("contacts", "second_factors", "social"))
COUNTED = ("attempts", "count", "step")  # by every try, and so by every repetition


def key(stage: Stage, purpose: str) -> bytes:
    """As the function has it; that a test looks at it is no call to break."""
    stage.processes.environment = stage.function.environment
    with patch.object(stage.cloud.mail._wire, "plan", no_faults):
        return settings.key(purpose)


def settled(stage: Stage) -> None:
    """Ada, who has proven her address and signed in a moment ago."""
    stage.processes.environment = stage.function.environment
    now = clock.now()
    profile, session = an.a_profile(), an.a_session(id="session", started_at=now)
    rows = stage.cloud.dynamodb.tables["identity"]
    for item in (
        {"pk": f"USER#{ADA}", "sk": "PROFILE", **profile.model_dump(mode="json")},
        {"pk": f"USER#{ADA}", "sk": "SESSION#session", **session.model_dump(mode="json")},
        {"pk": f"EMAIL#{rules.address_key(profile.email)}", "sk": "-", "user_id": ADA},
    ):
        rows[str(item["pk"]), str(item["sk"])] = encode(item)
    stage.cloud.cognito.passwords[ADA] = "some password"


def change(stage: Stage, kind: str, to: str) -> None:
    begun = stage.ask(ADA, "POST", f"/v1/me/{kind}-changes", {kind: to}).json["id"]
    body = {"code": rules.code_for(begun, key(stage, "code"))}
    stage.ask(ADA, "POST", f"/v1/me/{kind}-changes/{begun}/confirm", body)


def move(stage: Stage) -> None:
    """Another address, a telephone, another telephone, none."""
    settled(stage)
    change(stage, "email", "ada@new.example")
    change(stage, "phone", PHONE)
    change(stage, "phone", an.a_number("second"))
    stage.ask(ADA, "DELETE", "/v1/me/phone")


def guard(stage: Stage) -> None:
    """A second factor on, replaced, its recovery codes drawn anew, off."""
    settled(stage)
    for _ in range(2):
        enrolment = stage.ask(ADA, "POST", "/v1/me/second-factor-enrolments").json["id"]
        secret = second_factor.secret(ADA, enrolment, key(stage, "second-factor"))
        code = second_factor.code_at(secret, second_factor.step_of(clock.now()))
        stage.ask(ADA, "PUT", "/v1/me/second-factor", {"enrolment_id": enrolment, "code": code})
        following = second_factor.code_at(secret, second_factor.step_of(clock.now()) + 1)
        stage.ask(ADA, "POST", "/v1/me/recovery-codes", {"code": following})
    stage.ask(ADA, "DELETE", "/v1/me/second-factor")


def part(stage: Stage) -> None:
    """From a provider that signed in."""
    settled(stage)
    link = "5" * 40
    rows = stage.cloud.dynamodb.tables["identity"]
    for change in link_rows(link, ADA, "google"):
        rows[change.key] = encode(change.item)
    stage.ask(ADA, "DELETE", f"/v1/me/linked-providers/{link}")


@pytest.mark.parametrize("tale", [move, guard, part])
def test_a_fault_at_any_call_of_a_change_leaves_nothing_else_behind(tale, monkeypatch):
    monkeypatch.setattr(tales, "NEVER_ALIKE", (*tales.NEVER_ALIKE, *COUNTED))
    assert list(tales.differences(api.api, tale)) == []


def by_code(stage: Stage, email: str) -> bool:
    begun = stage.ask("anonymous", "POST", "/v1/sign-in-codes", {"to": email}).json["id"]
    body = {"code": rules.code_for(begun, key(stage, "code"))}
    return stage.ask("anonymous", "POST", f"/v1/sign-in-codes/{begun}/confirm", body).status == 201


def by_provider(stage: Stage, email: str) -> bool:
    begun = stage.ask("anonymous", "POST", "/v1/social-sign-ins", {"provider": "google"}).json
    said = {"sub": "google-1", "email": email, "email_verified": True}
    body = {"continuation": begun["continuation"], "code": an.GOOGLE.consent(begun["url"], **said)["code"]}
    return stage.ask("anonymous", "POST", f"/v1/social-sign-ins/{begun['id']}/finish", body).status == 201


def signed_in(sign_in, wanted: str, plan: PointPlan) -> list[str]:
    """Anew until it succeeds; then what is wrong with what is in the table."""
    wire, chance = Wire(plan), random.Random(0)
    secrets = {"providers": '{"google": "known to both"}'}
    configured = tales.stage(api.api, wire, chance, lambda: None, parameter=an.provider_settings(), secrets=secrets)
    with configured as (stage, clock_):
        wire.switch, stage.wait = clock_.tick, clock_.wait
        settled(stage)
        tries = next(number for number in range(1, 4) if sign_in(stage, wanted))
        wire.plan = no_faults
        return list(complaints(stage, tries))


def complaints(stage: Stage, tries: int):
    keys = Counter(pk.partition("#")[0] + "/" + sk.partition("#")[0] for pk, sk in stage.cloud.rows("identity"))
    sessions = keys["USER/SESSION"] - 1
    told = Counter(row["type"]["S"] for row in stage.cloud.rows("identity").values() if "envelope" in row)
    if not 1 <= sessions <= tries or told["UserLoggedIn.v1"] != sessions:
        yield f"{sessions} sessions after {tries} tries, {told['UserLoggedIn.v1']} told"
    if keys["EMAIL/-"] != keys["USER/PROFILE"] or keys["LINK/-"] != keys["USER/LINK"]:
        yield f"rows that do not belong together: {keys}"
    if told["UserRegistered.v1"] != keys["USER/PROFILE"] - 1:
        yield f"{told['UserRegistered.v1']} registered, {keys['USER/PROFILE']} profiles"


WAYS = {
    "by code": (by_code, "ada@example.com"),
    "by a provider, to an account": (by_provider, "ada@example.com"),
    "by a provider, for the first time": (by_provider, "bea@example.com"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_at_any_call_of_a_sign_in_makes_no_second_account_and_no_session_untold(way):
    with patch.object(providers, "fetch", an.GOOGLE.answer):
        undisturbed = PointPlan(0, "")
        found = [f"undisturbed: {one}" for one in signed_in(*WAYS[way], undisturbed)]
        for number, call in enumerate(undisturbed.calls, 1):
            for kind in faults.kinds(call.operation):
                providers.forget()
                wrong = signed_in(*WAYS[way], PointPlan(number, kind))
                found += [f"{kind} at {call.operation}: {one}" for one in wrong]
        assert found == []
        assert len(undisturbed.calls) > 5


def test_every_write_of_these_files_is_in_a_tale(monkeypatch):
    with coverage.watched() as reached, patch.object(providers, "fetch", an.GOOGLE.answer):
        for tale in (move, guard, part):
            tales.told(api.api, tale, PointPlan(0, ""))
        for way in WAYS.values():
            signed_in(*way, PointPlan(0, ""))
    missed = [site for site in coverage.missed(("identity",), reached) if site.file in MINE]
    assert [str(site) for site in missed if site.function != "may_send_sms"] == []
