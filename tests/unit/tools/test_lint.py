import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tools.lint.__main__ import findings, main, misplaced
from tools.lint.rules import RULES
from tools.lint.source import Source

CAUGHT = [
    ("bare-write", "functions/ledger/store.py", "client.put_item(TableName='t', Item={})"),
    ("bare-write", "functions/ledger/store.py", "self.client.update_item(Key=key)"),
    ("bare-write", "layers/kernel/python/kernel/http.py", "getattr(client, 'transact_write_items')()"),
    ("bare-publish", "functions/ledger/api.py", "events.put_events(Entries=[])"),
    (
        "one-clock",
        "functions/ledger/store.py",
        "from datetime import UTC, datetime as dt\ndef f():\n    return dt.now(UTC)",
    ),
    ("one-clock", "functions/ledger/consumers.py", "import time\ndef f(read=None):\n    return time.time()"),
    ("one-clock", "layers/kernel/python/kernel/ids.py", "import time\nREAD = time.time_ns"),
    ("environment", "functions/ledger/api.py", "import os\ndef f():\n    return os.environ['TABLE']"),
    ("environment", "functions/ledger/store.py", "from os import getenv\ndef f():\n    return getenv('TABLE')"),
    ("import-time", "functions/ledger/store.py", "import boto3\nclient = boto3.client('dynamodb')"),
    ("import-time", "functions/ledger/store.py", "from kernel import aws\nclass A:\n    c = aws.client('dynamodb')"),
    ("import-time", "functions/ledger/store.py", "from kernel.clock import now\ndef f(at=now()):\n    pass"),
    (
        "import-time",
        "functions/ledger/store.py",
        "from kernel.settings import env\n@route(env('STAGE'))\ndef f():\n    pass",
    ),
    ("import-time", "layers/kernel/python/kernel/log.py", "import os\nLEVEL = os.environ.get('LEVEL')"),
    ("import-time", "functions/ledger/api.py", "with open('x') as f:\n    TEXT = f.read()"),
    ("import-time", "functions/ledger/api.py", "from kernel.table import Table\ntable = Table()"),
    ("pure-rules", "functions/ledger/rules.py", "import boto3"),
    ("pure-rules", "functions/ledger/rules.py", "from kernel import clock"),
    ("pure-rules", "functions/ledger/rules.py", "from kernel.ids import new_id"),
    ("pure-rules", "functions/ledger/rules.py", "def f():\n    import random"),
    ("pure-rules", "functions/ledger/rules/refunds.py", "import os.path"),
    ("thin-api", "functions/ledger/api.py", "def f():\n    try:\n        pass\n    finally:\n        pass"),
    ("thin-api", "functions/ledger/api.py", "from kernel import aws"),
    ("thin-api", "functions/ledger/api/refunds.py", "import boto3"),
    ("store-only", "functions/ledger/api.py", "from kernel.table import put"),
    ("store-only", "functions/ledger/consumers.py", "from kernel import table"),
    ("layers-know-no-domain", "layers/kernel/python/permissions.py", "from functions.ledger.model import Hold"),
    ("no-catch-all", "functions/ledger/utils.py", "A = 1"),
    ("no-catch-all", "layers/kernel/python/kernel/helpers/money.py", "A = 1"),
    ("no-secret", "local/seed.py", "KEY = 'AK" + "IA0123456789ABCDEF'"),
    ("no-secret", "functions/ledger/store.py", "KEY = '-----BEGIN RSA" + " PRIVATE KEY-----'"),
    ("no-secret", "infra/app.py", "# gh" + "p_0123456789012345678901234567890123456789"),
    ("length", "functions/ledger/api.py", "A = 1\n" * 331),
    ("reasons", "functions/ledger/api.py", "import os  # noqa: F401"),
    ("reasons", "tests/unit/test_x.py", "f(1)  # type: ignore[arg-type]"),
    ("reasons", "infra/app.py", "f(1)  # nosec B101"),
    ("reasons", "local/edge.py", "f(1)  # noqa: S101, E501  # why"),
    ("reasons", "functions/ledger/api.py", "# mypy: ignore-errors\nA = 1"),
    ("reasons", "functions/ledger/api.py", "# fmt: off\nA = 1"),
    ("nag-reasons", "infra/domains/ledger.py", "silence(role, 'AwsSolutions-IAM5')"),
    ("nag-reasons", "infra/domains/ledger.py", "silence(role, [{'id': 'AwsSolutions-IAM5', 'reason': 'ok'}])"),
    (
        "one-bookkeeper",
        "functions/ledger/store.py",
        "from functions.ledger.model.journals import Journal\ndef f():\n    return Journal(legs=[])",
    ),
    (
        "one-bookkeeper",
        "functions/ledger/rules/withdrawals.py",
        "from functions.ledger.model import journals\nLEG = journals.Leg.model_construct()",
    ),
    ("one-bookkeeper", "functions/ledger/rules/holds.py", "from functions.ledger.rules.journals.book import books"),
]

ALLOWED = [
    ("layers/kernel/python/kernel/table.py", "self.client.transact_write_items()"),
    (
        "layers/kernel/python/kernel/clock.py",
        "from datetime import UTC, datetime\ndef now():\n    return datetime.now(UTC)",
    ),
    ("layers/kernel/python/kernel/relay.py", "def f(bus):\n    bus.put_events()"),
    ("functions/ledger/store.py", "from kernel.table import Table, put\ndef table():\n    return Table()"),
    ("functions/ledger/api.py", "from kernel import clock\ndef f():\n    return clock.now()"),
    ("functions/ledger/api.py", "from functools import partial\nfrom kernel import clock\nread = lambda: clock.now()"),
    ("functions/ledger/rules.py", "from datetime import datetime, timedelta\nfrom kernel.money import Money"),
    ("functions/ledger/rules.py", "from kernel.ids import derived_id"),
    ("functions/ledger/consumers.py", "def f():\n    try:\n        pass\n    finally:\n        pass"),
    ("functions/ledger/api.py", "import os  # noqa: F401  # re-exported for the console's handlers"),
    ("functions/ledger/api.py", "f(1)  # type: ignore[arg-type]  # the stub lacks this overload"),
    ("infra/domains/ledger.py", "silence(role, 'AwsSolutions-IAM5', 'indexes of this table, and of no other')"),
    ("infra/domains/ledger.py", "silence([{'id': 'AwsSolutions-IAM5', 'reason': 'only the indexes of this table'}])"),
    ("local/edge.py", "import time\nSTARTED = time.time()"),
    (
        "functions/ledger/rules/journals/sales.py",
        "from functions.ledger.model.journals import Leg\ndef f():\n    return Leg()",
    ),
    (
        "functions/ledger/store.py",
        "from functions.ledger.model.journals import Journal\ndef f(row):\n    return Journal.model_validate(row)",
    ),
    ("functions/ledger/events.py", ""),
]


def broken(path: str, text: str) -> set[str]:
    return {line.split(": ")[1] for line in findings(Source(PurePosixPath(path), text + "\n"))}


@pytest.mark.parametrize(("name", "path", "text"), CAUGHT)
def test_a_violation_is_caught(name: str, path: str, text: str):
    assert name in broken(path, text)


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_the_house_shape_passes(path: str, text: str):
    assert not broken(path, text)


def test_every_rule_is_proved_by_a_violation():
    assert {rule.name for rule in RULES} == {name for name, _, _ in CAUGHT}


def test_an_exception_names_its_rule_and_its_reason():
    write = "client.put_item()"
    assert not broken("functions/ledger/store.py", f"{write}  # allow bare-write: a cache that may be lost")
    assert broken("functions/ledger/store.py", f"{write}  # allow bare-write:") == {"bare-write"}
    assert broken("functions/ledger/store.py", f"{write}  # allow thin-api: a cache that may be lost") == {"bare-write"}


def test_a_domain_that_import_linter_cannot_see_is_reported(tmp_path: Path):
    domain = tmp_path / "functions" / "ledger"
    domain.mkdir(parents=True)
    (domain / "api.py").write_text("")
    assert "without __init__.py" in "".join(misplaced(tmp_path))
    (domain / "__init__.py").touch()
    assert not list(misplaced(tmp_path))


def test_a_committed_link_is_found(tmp_path: Path):
    (tmp_path / ".venv").symlink_to("/nowhere")
    for command in (["init", "--quiet"], ["add", ".venv"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    assert ".venv: layout" in "".join(misplaced(tmp_path))


def test_the_checker_fails_on_a_finding_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "helpers.py").write_text("A = 1\n")
    assert main(tmp_path) == 1
    assert capsys.readouterr().out.startswith("tools/helpers.py:1: no-catch-all:")
