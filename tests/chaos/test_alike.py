"""No answer, no call and no time tells whether an account exists: asked about one that does, and one that does not."""

import math
import random
import statistics
import time
from collections.abc import Callable, Sequence

import pytest

from functions.identity import api
from tests.builders.http import Answered
from tests.builders.identity import public
from tests.chaos import tales
from tests.chaos.test_ways_in import settled
from tests.chaos.wire import PointPlan, Wire

KNOWN, UNKNOWN = "ada@example.com", "eve@example.com"
ROUNDS = 400
SAME_MS = 0.02  # of CPU: far below what a network hides
SURE = 4.0  # standard deviations: by chance once in fifteen thousand comparisons, however noisy the machine
PLANTED_MS = 0.1

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


def compared(ask: Question) -> list[tuple[float, float]]:
    """CPU for the known and for the unknown, asked in turn, so that a noisy moment hits both."""
    plan, pairs = PointPlan(0, ""), []
    with tales.stage(api.api, Wire(plan), random.Random(0), lambda: None) as (stage, _):
        settled(stage)
        first = dict(stage.cloud.dynamodb.tables["identity"])
        ask(KNOWN)  # what a first call reads is remembered
        for number in range(ROUNDS):
            answers, calls, spent = {}, {}, {}
            for email in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
                table = stage.cloud.dynamodb.tables["identity"]
                table.clear()
                table.update(first)
                plan.calls.clear()
                began = time.thread_time()
                answers[email] = told(ask(email))
                spent[email] = (time.thread_time() - began) * 1000
                calls[email] = [call.operation for call in plan.calls if call.operation != "GetParameter"]
            assert (answers[KNOWN], calls[KNOWN]) == (answers[UNKNOWN], calls[UNKNOWN])
            pairs.append((spent[KNOWN], spent[UNKNOWN]))
    return pairs


def apart(pairs: Sequence[tuple[float, float]]) -> str:
    """A sign test: of how many pairs is one longer by more than what counts as the same? Half, if they are no further.

    It asks for the order within each pair alone, so no outlier weighs more than any other pair.
    """
    differences = [unknown - known for known, unknown in pairs]
    spread = math.sqrt(len(pairs)) / 2
    for longer, sign in (("unknown", 1), ("known", -1)):
        beyond = sum(sign * one > SAME_MS for one in differences)
        if (beyond - len(pairs) / 2) / spread > SURE:
            return f"the {longer} takes longer in {beyond} of {len(pairs)} pairs"
    return ""


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_about_an_account_is_answered_alike_by_the_same_calls_in_the_same_time(name):
    pairs = compared(QUESTIONS[name])
    known, unknown = (statistics.median(one) for one in zip(*pairs, strict=True))
    middle = statistics.median(unknown - known for known, unknown in pairs)
    noise = statistics.median(abs(unknown - known - middle) for known, unknown in pairs)
    print(f"{name}: known {known:.2f} ms, unknown {unknown:.2f} ms, apart {middle:+.3f}, noise ±{noise:.3f}")
    assert apart(pairs) == ""


@pytest.mark.parametrize("which", [KNOWN, UNKNOWN])
@pytest.mark.parametrize("name", ["sign in", "reset", "wrong sign-up code"])
def test_a_tenth_of_a_millisecond_is_noticed(name, which):
    def ask(email: str) -> Answered:
        answer = QUESTIONS[name](email)
        until = time.thread_time() + PLANTED_MS / 1000
        while email == which and time.thread_time() < until:
            pass
        return answer

    longer = "known" if which == KNOWN else "unknown"
    assert apart(compared(ask)).startswith(f"the {longer} takes longer")
