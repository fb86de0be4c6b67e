"""No answer, no call and no time tells whether an account exists: asked about one that does, and one that does not."""

import random
import statistics
import time
from collections.abc import Callable

import pytest

from functions.identity import api
from tests.builders.http import Answered
from tests.builders.identity import public
from tests.chaos import tales
from tests.chaos.test_ways_in import settled
from tests.chaos.wire import PointPlan, Wire

KNOWN, UNKNOWN = "ada@example.com", "eve@example.com"
ROUNDS = 150
SAME = 0.5  # of the CPU of a call, itself a fraction of a millisecond: what is left of a difference on a busy machine

Question = Callable[[str], Answered]


def confirmed(begin: str, path: str, **more: str) -> Question:
    def ask(email: str) -> Answered:
        begun = public("POST", begin, {"to" if begin == "/v1/sign-in-codes" else "email": email}).json["id"]
        return public("POST", f"{begin}/{begun}/{path}", {"code": "000000", **more})

    return ask


QUESTIONS: dict[str, Question] = {
    "sign up": lambda email: public("POST", "/v1/sign-ups", {"email": email}),
    "sign in": lambda email: public("POST", "/v1/sessions", {"email": email, "password": "a guess at it"}),
    "sign-in code": lambda email: public("POST", "/v1/sign-in-codes", {"to": email}),
    "wrong sign-in code": confirmed("/v1/sign-in-codes", "confirm"),
    "reset": lambda email: public("POST", "/v1/password-resets", {"email": email}),
    "wrong reset code": confirmed("/v1/password-resets", "confirm", password="another good one"),
    "wrong sign-up code": confirmed("/v1/sign-ups", "verify", password="another good one", name="Eve"),
}


def told(answer: Answered) -> tuple[int, tuple[str, ...], tuple[str, ...], str]:
    return answer.status, tuple(sorted(answer.headers)), tuple(sorted(answer.json)), answer.json.get("detail", "")


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_about_an_account_is_answered_alike_by_the_same_calls_in_the_same_time(name):
    ask, plan = QUESTIONS[name], PointPlan(0, "")
    spent: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    with tales.stage(api.api, Wire(plan), random.Random(0), lambda: None) as (stage, _):
        settled(stage)
        first = dict(stage.cloud.dynamodb.tables["identity"])
        ask(KNOWN)  # what a first call reads is remembered
        for number in range(ROUNDS):
            answers, calls = {}, {}
            for email in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
                table = stage.cloud.dynamodb.tables["identity"]
                table.clear()
                table.update(first)
                plan.calls.clear()
                began = time.thread_time()
                answers[email] = told(ask(email))
                spent[email].append((time.thread_time() - began) * 1000)
                calls[email] = [call.operation for call in plan.calls if call.operation != "GetParameter"]
            assert (answers[KNOWN], calls[KNOWN]) == (answers[UNKNOWN], calls[UNKNOWN])
    known, unknown = (statistics.median(spent[email]) for email in (KNOWN, UNKNOWN))
    noise = statistics.median(abs(one - known) for one in spent[KNOWN])
    print(f"{name}: known {known:.2f} ms, unknown {unknown:.2f} ms, apart {unknown - known:+.3f}, noise ±{noise:.3f}")
    assert abs(known - unknown) < max(SAME * known, noise)
