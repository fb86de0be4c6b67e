import pytest

from functions.identity import triggers
from functions.identity.rules import contacts
from kernel import settings
from tests.builders.identity import OTHER, USER

KEY = b"a key of the test"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "key", lambda purpose: KEY)


def ask(source: str, **request):
    event = {"triggerSource": f"{source}_Authentication", "userName": USER, "request": request}
    return triggers.handler(event, None)["response"]


def verified(answer: str, nonce: str) -> bool:
    asked = {"privateChallengeParameters": {"nonce": nonce}, "challengeAnswer": answer}
    return bool(ask("VerifyAuthChallengeResponse", **asked)["answerCorrect"])


def test_identitys_word_is_good_for_one_person_and_one_nonce():
    word = contacts.vouching(USER, "n1", KEY)
    assert verified(word, "n1")
    assert not verified(word, "n2")
    assert not verified(contacts.vouching(OTHER, "n1", KEY), "n1")
    assert not verified("", "n1")
    assert not verified(contacts.vouching(USER, "n1", b"another key"), "n1")


def test_no_nonce_is_asked_twice():
    nonces = {ask("CreateAuthChallenge", session=[])["publicChallengeParameters"]["nonce"] for _ in range(100)}
    assert len(nonces) == 100


RIGHT = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True}
WRONG = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False}
PASSWORD = {"challengeName": "PASSWORD_VERIFIER", "challengeResult": True}


@pytest.mark.parametrize(
    ("answered", "issued", "failed"),
    [
        ([], False, False),
        ([RIGHT], True, False),
        ([WRONG], False, True),
        ([WRONG, RIGHT], False, True),
        ([PASSWORD], False, True),
    ],
)
def test_tokens_are_issued_after_one_right_answer_only(answered, issued, failed):
    response = ask("DefineAuthChallenge", session=answered)
    assert (response["issueTokens"], response["failAuthentication"]) == (issued, failed)


def test_a_stranger_is_refused():
    assert ask("DefineAuthChallenge", session=[], userNotFound=True)["failAuthentication"]


def test_any_other_question_of_the_pool_is_a_mistake():
    with pytest.raises(ValueError, match="PreSignUp"):
        triggers.handler({"triggerSource": "PreSignUp_SignUp", "request": {}}, None)
