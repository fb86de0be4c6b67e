"""Asks a freshly deployed Metco whether it answers, without changing anything in it: `make smoke STAGE=dev`."""

from __future__ import annotations

import argparse
import http.client
import json
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 15
TRIES = 3  # right after a deployment the first call may meet a cold start at every step


@dataclass(frozen=True)
class Probe:
    shows: str
    method: str
    path: str
    body: str | None
    status: int
    code: str
    not_yet: str = ""  # the problem by which a part says that nobody has set it up: no failure of this deployment


NOBODY = '{"email": "smoke-test@metco.invalid", "password": "no such account"}'
PROBES = (
    Probe("the gateway refuses a caller without a token", "GET", "/v1/me", None, 401, ""),
    Probe("a function runs, and validates", "POST", "/v1/sign-ups", '{"email": 1}', 422, "invalid"),
    Probe("a function reads its table and its secret", "POST", "/v1/sessions", NOBODY, 401, "sign_in_refused"),
    Probe("payments refuse what Stripe did not sign", "POST", "/v1/webhooks/stripe", "{}", 400, "signature_invalid"),
    Probe("payments know by which key Stripe knows them", "GET", "/v1/pay", None, 200, "", "stripe_misconfigured"),
)
NOT_YET = "not set up yet, see docs/going-live.md"


def ask(url: str, probe: Probe) -> str:
    """What is wrong with the answer; "" if nothing is."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_S)
    try:
        path = parts.path.rstrip("/") + probe.path
        connection.request(probe.method, path, probe.body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
    except OSError as error:
        return f"no answer: {error}"
    finally:
        connection.close()
    if probe.not_yet and probe.not_yet in text:
        return NOT_YET
    if response.status != probe.status:
        return f"status {response.status} instead of {probe.status}: {text[:300]}"
    if probe.code and json.loads(text).get("code") != probe.code:
        return f"the answer is not the problem {probe.code!r}: {text[:300]}"
    return ""


def deployed_url(stage: str) -> str:
    import boto3  # here: a URL that is given needs no AWS

    ssm = boto3.client("ssm")
    api = ssm.get_parameter(Name=f"/metco/{stage}/platform/http-api-id")["Parameter"]["Value"]
    return f"https://{api}.execute-api.{ssm.meta.region_name}.amazonaws.com"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--url", default="", help="instead of the one the stage published")
    given = parser.parse_args(arguments)
    url = given.url or deployed_url(given.stage)
    failed = 0
    for probe in PROBES:
        wrong = "not asked"
        for _ in range(TRIES):
            wrong = ask(url, probe)
            if wrong in ("", NOT_YET):
                break
        word = {"": "ok  ", NOT_YET: "note"}.get(wrong, "FAIL")
        print(f"{word} {probe.shows}{': ' + wrong if wrong else ''}")
        failed += word == "FAIL"
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
