"""What Cognito asks before it signs somebody in on identity's word: is it identity that vouches for them?

The person has proven who they are to identity already, by a code or at another provider. The pool asks a question with
a nonce that nobody but the holders of identity's key can answer: this function and identity's routes.
"""

import hmac
import secrets
from typing import Any

from functions.identity.rules import contacts
from kernel import log, settings

CHALLENGE = "CUSTOM_CHALLENGE"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    match event["triggerSource"]:
        case "DefineAuthChallenge_Authentication":
            event["response"] = _next(event["request"])
        case "CreateAuthChallenge_Authentication":
            asked = {"nonce": secrets.token_hex(16)}
            event["response"] = {"publicChallengeParameters": asked, "privateChallengeParameters": asked}
        case "VerifyAuthChallengeResponse_Authentication":
            event["response"] = {"answerCorrect": _vouched(event["userName"], event["request"])}
        case other:
            raise ValueError(f"The pool calls this function for {other}, which nobody asked it to.")
    log.info("asked", trigger=event["triggerSource"])
    return event


def _next(request: dict[str, Any]) -> dict[str, Any]:
    """One question, one try: whoever may vouch is never wrong."""
    answered = request["session"]
    if request.get("userNotFound") or len(answered) > 1:
        return {"issueTokens": False, "failAuthentication": True}
    if not answered:
        return {"issueTokens": False, "failAuthentication": False, "challengeName": CHALLENGE}
    right = answered[0]["challengeName"] == CHALLENGE and answered[0]["challengeResult"] is True
    return {"issueTokens": right, "failAuthentication": not right}


def _vouched(user_id: str, request: dict[str, Any]) -> bool:
    nonce = request["privateChallengeParameters"]["nonce"]
    right = contacts.vouching(user_id, nonce, settings.key("vouch"))
    return hmac.compare_digest(right.encode(), str(request["challengeAnswer"]).encode())
