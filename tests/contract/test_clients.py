"""The generated clients: every operation is there, what they send is what the contract asks for, their types hold."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.contracts import ROOT, openapi
from tools.contracts.clients import operations, python, typescript

DOCUMENT: dict[str, Any] = json.loads((ROOT / openapi.PATH).read_text(encoding="utf-8"))
TYPESCRIPT = ROOT / "clients/typescript"

PROBE = """
import {{ Metco, Problem }} from {module};
const sent = [];
const answers = {answers};
const fetch = async (url, request) => {{
  sent.push({{ url: String(url), method: request.method, headers: request.headers, body: request.body }});
  const answer = answers.shift();
  if (answer === "lost") throw new TypeError("fetch failed");
  const headers = {{ "content-type": answer.type ?? "application/json" }};
  return new Response(answer.body && JSON.stringify(answer.body), {{ status: answer.status, headers }});
}};
const metco = new Metco("http://metco.test/", {{ fetch, token: "t0ken" }});
let got, refused;
try {{ got = await metco.{call}; }} catch (error) {{ refused = {{ ...error, kind: error instanceof Problem }}; }}
console.log(JSON.stringify({{ sent, got, refused }}));
"""


def run(call: str, *answers: Any) -> Any:
    """One call of the JavaScript client, in Node, with these answers in place of a network."""
    module = json.dumps((TYPESCRIPT / "metco.js").as_uri())
    script = PROBE.format(module=module, answers=json.dumps(answers), call=call)
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_operation_is_a_method_of_both_clients():
    names = {operation.name for operation in operations(DOCUMENT)}
    in_python = (ROOT / python.FOLDER / "client.py").read_text(encoding="utf-8")
    in_javascript = (TYPESCRIPT / "metco.js").read_text(encoding="utf-8")
    in_types = (TYPESCRIPT / "metco.d.ts").read_text(encoding="utf-8")
    for name in names:
        assert f"    def {name}(" in in_python
        assert f"  {typescript._camel(name)}(" in in_javascript
        assert f"  {typescript._camel(name)}(" in in_types


def test_javascript_sends_what_the_contract_asks_for():
    told = run('editMe({ name: "Їжак" }, { ifMatch: 3 })', {"status": 200, "body": {"version": 4}})
    (sent,) = told["sent"]
    key = sent["headers"].pop("Idempotency-Key")
    assert len(key) == 36
    assert sent == {
        "url": "http://metco.test/v1/me",
        "method": "PATCH",
        "headers": {"Authorization": "Bearer t0ken", "Content-Type": "application/json", "If-Match": '"3"'},
        "body": '{"name":"Їжак"}',
    }
    assert told["got"] == {"version": 4}


def test_javascript_escapes_what_goes_into_an_address():
    told = run('endSession("a/b?c")', {"status": 204})
    assert told["sent"][0]["url"] == "http://metco.test/v1/sessions/a%2Fb%3Fc"
    assert "got" not in told
    told = run('listSessions({ limit: 5, cursor: "a&b" })', {"status": 200, "body": {}})
    assert told["sent"][0]["url"] == "http://metco.test/v1/sessions?limit=5&cursor=a%26b"


def test_javascript_repeats_under_one_key_what_is_safe_to_repeat():
    told = run('editMe({ name: "A" })', "lost", {"status": 503, "body": {}}, {"status": 200, "body": {"version": 2}})
    assert told["got"] == {"version": 2}
    assert len({sent["headers"]["Idempotency-Key"] for sent in told["sent"]}) == 1
    told = run('signUp({ email: "a@example.com" })', "lost", {"status": 202, "body": {}})
    assert len(told["sent"]) == 1


def test_javascript_tells_a_refusal_with_everything_a_caller_needs():
    problem = {"code": "profile_changed", "detail": "Read it again.", "trace_id": "cor_1", "errors": []}
    told = run("readMe()", {"status": 409, "body": problem, "type": "application/problem+json"})
    refused = told["refused"]
    assert (refused["kind"], refused["status"], refused["code"]) == (True, 409, "profile_changed")
    assert (refused["detail"], refused["traceId"]) == ("Read it again.", "cor_1")


def test_the_types_of_the_typescript_client_hold(tmp_path: Path):
    """In a copy, so that nothing is installed into the checkout by a test."""
    copy = tmp_path / "typescript"
    shutil.copytree(TYPESCRIPT, copy, ignore=shutil.ignore_patterns("node_modules"))
    if (TYPESCRIPT / "node_modules/typescript").is_dir():
        (copy / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    else:
        installed = subprocess.run(
            ["npm", "ci", "--ignore-scripts"], cwd=copy, capture_output=True, text=True, timeout=120, check=False
        )
        if installed.returncode:
            pytest.skip("the TypeScript compiler is not here, and npm cannot fetch it without a network")
    command = ["node", "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false"]
    checked = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_types_of_the_python_client_hold(tmp_path: Path):
    options = ["--strict", "--no-incremental", "--config-file", "", "--cache-dir", str(tmp_path)]
    command = [sys.executable, "-m", "mypy", *options, "--package", "metco_client"]
    checked = subprocess.run(
        command, cwd=ROOT / "clients/python", capture_output=True, text=True, timeout=120, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_the_lock_names_no_address_to_download_from():
    assert "resolved" not in (TYPESCRIPT / "package-lock.json").read_text(encoding="utf-8")
