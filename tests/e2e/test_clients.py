"""Both generated clients against the deployed template, as somebody who installed them would use them."""

import importlib
import json
import subprocess
import sys
from typing import Any

import pytest

from local.stack import Stack
from tests.e2e.walk import PASSWORD, Person
from tools.contracts import ROOT


@pytest.fixture(scope="module")
def client() -> Any:
    sys.path.insert(0, str(ROOT / "clients/python"))
    try:
        yield importlib.import_module("metco_client")
    finally:
        sys.path.remove(str(ROOT / "clients/python"))


def test_the_python_client_walks_the_slice(stack: Stack, client: Any):
    person = Person(stack)
    with client.Metco(stack.url) as metco:
        sent = metco.sign_up(email=person.email)
        opened = metco.verify_sign_up(sent.id, code=person.code(), password=PASSWORD, name="Ada")
        metco.token = metco.sign_in(email=person.email, password=PASSWORD).access_token
        me = metco.read_me()
        assert me == opened
        assert metco.edit_me(name="Ada L.", if_match=me.version).version == me.version + 1
        with pytest.raises(client.Problem) as refused:
            metco.edit_me(name="Too late", if_match=me.version)
        assert (refused.value.status, refused.value.code) == (412, "precondition_failed")
        assert [session.current for session in metco.list_sessions().items] == [True]
        metco.end_session("current")


SCRIPT = """
import { Metco, Problem } from %(module)s;
const metco = new Metco(%(url)s);
metco.token = (await metco.signIn({ email: %(email)s, password: %(password)s })).access_token;
const me = await metco.readMe();
const edited = await metco.editMe({ name: "Їжак" }, { ifMatch: me.version });
let refused;
try { await metco.editMe({ name: "Too late" }, { ifMatch: me.version }); } catch (error) {
  refused = error instanceof Problem && [error.status, error.code, error.traceId !== ""];
}
const { items } = await metco.listSessions({ limit: 5 });
await metco.endSession("current");
console.log(JSON.stringify({ name: edited.name, moved: edited.version - me.version, refused, sessions: items.length }));
"""


def test_the_javascript_client_walks_the_slice(stack: Stack):
    person = Person(stack)
    person.sign_up()
    module = (ROOT / "clients/typescript/metco.js").as_uri()
    told = {"module": module, "url": stack.url, "email": person.email, "password": PASSWORD}
    script = SCRIPT % {name: json.dumps(value) for name, value in told.items()}
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "name": "Їжак",
        "moved": 1,
        "refused": [412, "precondition_failed", True],
        "sessions": 1,
    }
