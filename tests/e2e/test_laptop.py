import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.code import Code
from local.home import ROOT, Problem, free_port
from local.reload import Reloader
from local.seed import ACCOUNTS, PASSWORD
from local.stack import Stack, check

PASSPHRASE = "correct horse battery"


def open_account(stack: Stack, email: str) -> None:
    with httpx.Client(base_url=stack.url) as http:
        started = http.post("/v1/sign-ups", json={"email": email})
        assert started.status_code == 202, started.text
        body = {"code": stack.code_for(email), "password": PASSPHRASE, "name": "Somebody"}
        verified = http.post(f"/v1/sign-ups/{started.json()['id']}/verify", json=body)
        assert verified.status_code == 201, verified.text


def sign_in(stack: Stack, email: str, password: str = PASSPHRASE) -> httpx.Response:
    return httpx.post(f"{stack.url}/v1/sessions", json={"email": email, "password": password}, timeout=20)


# state


def test_state_survives_a_restart_and_so_do_the_events(tmp_path: Path):
    with Stack.start(tmp_path) as first:
        open_account(first, "early@metco.example")
        issued = sign_in(first, "early@metco.example").json()["access_token"]
    with Stack.start(tmp_path) as second:
        assert sign_in(second, "early@metco.example").status_code == 201
        me = httpx.get(f"{second.url}/v1/me", headers={"Authorization": f"Bearer {issued}"}, timeout=20)
        assert me.json()["email"] == "early@metco.example"
        assert [mail["to"] for mail in second.mailbox("early@metco.example")] == [["early@metco.example"]]
        open_account(second, "late@metco.example")


def test_state_moves_to_another_port_when_its_own_is_taken(tmp_path: Path):
    with Stack.start(tmp_path) as first:
        open_account(first, "early@metco.example")
        taken = first.cloud.port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", taken))
        other.listen()
        with Stack.start(tmp_path) as second:
            assert second.cloud.port != taken
            assert sign_in(second, "early@metco.example").status_code == 201
            open_account(second, "late@metco.example")


def test_reset_forgets_everything(tmp_path: Path):
    with Stack.start(tmp_path) as stack:
        open_account(stack, "gone@metco.example")
    again = Stack(tmp_path)
    again.up(reset=True)
    with again:
        assert sign_in(again, "gone@metco.example").status_code == 401


# one sentence that says what to do


def test_a_busy_port_is_named_with_a_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=rf"Port {port} is taken .*make dev PORT={port + 1}"):
            check(port)


def test_a_missing_node_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match="CDK needs Node 20 or newer"):
        check(0)


def test_an_old_node_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.19.0\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match=r"needs Node 20 or newer, and .* is v18\.19\.0"):
        check(0)


def test_damaged_state_is_named_and_kept_as_it_is(tmp_path: Path):
    damaged = tmp_path / "state" / "dynamodb.json"
    damaged.parent.mkdir()
    damaged.write_text('{"tables": ')
    with pytest.raises(Problem, match=r"dynamodb\.json is not JSON.*RESET=1"):
        Stack.start(tmp_path)
    assert damaged.read_text() == '{"tables": '


def test_a_second_start_on_the_same_state_is_refused(stack: Stack):
    with pytest.raises(Problem, match=rf"already runs .*process {os.getpid()}"):
        Stack.start(stack.home)


# pages


@pytest.mark.parametrize(
    "path", ["/", "/_mailbox", "/_mailbox?to=nobody@metco.example", "/_traces", "/_traces/unknown1"]
)
def test_pages_name_their_language_title_and_main_part(stack: Stack, path: str):
    page = httpx.get(stack.url + path).text
    assert re.search(r'<html lang="en">.*<title>[^<]+</title>.*<main id="main">.*<h1>', page, re.DOTALL)
    assert "//cdn" not in page


def test_what_people_wrote_is_shown_as_text(stack: Stack):
    page = httpx.get(f"{stack.url}/_mailbox", params={"to": "<script>alert(1)</script>"}).text
    assert "<script>alert(1)" not in page


def test_the_mailbox_shows_the_mail_and_its_code(stack: Stack):
    open_account(stack, "mailed@metco.example")
    newest = httpx.get(f"{stack.url}/_mailbox.json", params={"to": "MAILED@metco.example"}).json()[0]
    assert (newest["kind"], newest["to"]) == ("mail", ["mailed@metco.example"])
    assert newest["code"] in newest["text"]
    assert newest["code"] in httpx.get(f"{stack.url}/_mailbox", params={"to": "mailed@metco.example"}).text


def test_one_request_is_drawn_across_the_functions_it_reached(stack: Stack):
    token = sign_in(stack, ACCOUNTS[0].email, PASSWORD).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "X-Correlation-Id": "drawn-request-1"}
    answer = httpx.get(f"{stack.url}/v1/me", headers=headers, timeout=20)
    assert answer.headers["X-Correlation-Id"] == "drawn-request-1"
    trace = httpx.get(f"{stack.url}/_traces/drawn-request-1.json").json()
    assert [span["function"] for span in trace["spans"]] == ["access-authorizer", "identity-api"]
    page = httpx.get(f"{stack.url}/_traces/drawn-request-1").text
    assert "GET /v1/me" in page
    assert "access-authorizer" in page
    assert "drawn-request-1" in {one["correlation_id"] for one in httpx.get(f"{stack.url}/_traces.json").json()}


def test_an_event_is_drawn_into_the_trace_of_the_request_that_caused_it(stack: Stack):
    headers = {"X-Correlation-Id": "caused-a-mail-1"}
    httpx.post(f"{stack.url}/v1/sign-ups", json={"email": "traced@metco.example"}, headers=headers, timeout=20)
    stack.code_for("traced@metco.example")
    deadline = time.monotonic() + 10
    functions: list[str] = []
    while "identity-consumers" not in functions and time.monotonic() < deadline:
        trace = stack.trace("caused-a-mail-1")
        functions = [span["function"] for span in trace["spans"]] if trace else []
    assert functions[0] == "identity-api"
    assert "identity-consumers" in functions


def test_a_request_without_an_id_gets_one(stack: Stack):
    answer = httpx.post(f"{stack.url}/v1/sessions", json={})
    assert answer.status_code == 422
    assert re.fullmatch(r"cor_[0-9a-z]+", answer.headers["X-Correlation-Id"])


# the edge


def test_the_edge_passes_on_answers_as_they_are(stack: Stack):
    token = sign_in(stack, ACCOUNTS[0].email, PASSWORD).json()["access_token"]
    first = httpx.get(f"{stack.url}/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "If-None-Match": first.headers["ETag"]}
    assert httpx.get(f"{stack.url}/v1/me", headers=headers).status_code == 304


def test_the_edge_answers_to_its_own_name_only(stack: Stack):
    answer = httpx.get(f"{stack.url}/_mailbox.json", headers={"Host": "rebound.example:8000"})
    assert answer.status_code == 421


def test_the_edge_says_so_when_the_cloud_is_gone(tmp_path: Path):
    with Stack.start(tmp_path) as stack:
        sign_in(stack, "nobody@metco.example")
        stack.cloud.stop()
        answer = sign_in(stack, "nobody@metco.example")
        assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (503, "application/problem+json")


# hot reload

WRAP = """

_answer = handler


def handler(event, context):
    answer = _answer(event, context)
    answer["headers"]["X-Saved"] = "{word}"
    return answer
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy to edit, for other tests read the real one."""
    for folder in ("functions", "layers/kernel"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def editing(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[tuple[Stack, Path, list[str]]]:
    told: list[str] = []
    with Stack.start(tmp_path_factory.mktemp("edited")) as stack:
        reloader = Reloader(stack, told.append, checkout)
        reloader.start()
        time.sleep(0.6)
        yield stack, checkout, told
        reloader.stop()


def saved_word(stack: Stack, name: str = "X-Saved") -> str | None:
    found: str | None = httpx.post(f"{stack.url}/v1/sessions", json={}, timeout=20).headers.get(name)
    return found


def wait_for(word: str, stack: Stack, name: str = "X-Saved") -> float:
    started = time.monotonic()
    while saved_word(stack, name) != word:
        assert time.monotonic() - started < 20, f"{word} was saved and is not live"
    return time.monotonic() - started


def test_saved_code_is_live_and_broken_code_is_not(editing: tuple[Stack, Path, list[str]]):
    stack, checkout, told = editing
    api = checkout / "functions" / "identity" / "api" / "__init__.py"
    original = api.read_text()
    assert saved_word(stack) is None

    api.write_text(original + WRAP.format(word="first"))
    assert wait_for("first", stack) < 10

    api.write_text(original + "\ndef broken(:\n")
    deadline = time.monotonic() + 10
    while not any("old code stays: SyntaxError" in line for line in told) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert any("functions/identity/api/__init__.py" in line for line in told), told
    assert saved_word(stack) == "first"

    log = checkout / "layers" / "kernel" / "python" / "kernel" / "http.py"
    api.write_text(original + WRAP.format(word="second"))
    log.write_text(
        log.read_text().replace('["X-Correlation-Id"] =', '["X-Kernel"] = "saved"; response["headers"]["X-Id"] =')
    )
    wait_for("second", stack)
    wait_for("saved", stack, "X-Kernel")


def test_an_edit_that_was_taken_back_while_metco_was_down_is_gone(tmp_path: Path, checkout: Path):
    api = checkout / "functions" / "identity" / "api" / "__init__.py"
    api.write_text(api.read_text() + WRAP.format(word="edited"))
    with Stack.start(tmp_path / "home") as before:
        Code(before.cloud, checkout).bring([api])
        assert saved_word(before) == "edited"
    with Stack.start(tmp_path / "home") as after:
        assert saved_word(after) is None
        assert after.deploy() is False


# the command itself


def run(home: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "local", "--home", str(home), *options]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def read_until(process: "subprocess.Popen[str]", word: str) -> str:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if word in line:
            break
    return "".join(lines)


def children(pid: int) -> set[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found = {pid}
    while grown := {child for child, parent in parents.items() if parent in found} - found:
        found |= grown
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    running = {int(pid) for pid, state in (line.split() for line in listed.splitlines()) if not state.startswith("Z")}
    return pids & running


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_the_command_shows_a_table_and_leaves_nothing_running(tmp_path: Path, how: signal.Signals):
    port = free_port()
    with run(tmp_path, "--port", str(port)) as process:
        said = read_until(process, "Ctrl-C")
        for row in (
            "Pages",
            "API reference",
            "Mailbox",
            "Traces",
            "Accounts",
            PASSWORD,
            f"http://localhost:{port}/docs",
        ):
            assert row in said
        started = children(process.pid)
        assert started
        process.send_signal(how)
        rest, _ = process.communicate(timeout=30)
        assert "the state is kept" in rest
        assert process.returncode == 0
    assert not alive(started)
    assert json.loads((tmp_path / "state" / "cognito.json").read_text())


def test_the_cloud_stops_by_itself_and_saves_when_its_launcher_is_killed(tmp_path: Path):
    with run(tmp_path, "--port", "0") as process:
        read_until(process, "Ctrl-C")
        started = children(process.pid)
        process.kill()
        process.communicate()
    deadline = time.monotonic() + 45  # a busy machine takes its time to save
    while alive(started) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(started)
    with Stack.start(tmp_path) as again:
        assert sign_in(again, ACCOUNTS[0].email, PASSWORD).status_code == 201


def test_the_command_says_one_sentence_when_it_cannot_start(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with run(tmp_path, "--port", str(other.getsockname()[1])) as process:
            said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said
