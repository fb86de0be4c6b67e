import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks

from infra import app
from infra.platform import buckets, core, domain, edge, functions, gateway, queues, resource, search_index, tables
from tests.infra.conftest import Assembly, said_of

IGNORED = {
    "W3005": "CDK writes a function's dependency on its role twice: by reference and by DependsOn",
}


def test_templates_satisfy_cfn_lint(cloud: Assembly, laptop: Assembly):
    files = [str(file) for each in (cloud, laptop) for file in each.folder.glob("*.template.json")]
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", *IGNORED, "--template", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_cloud_satisfies_cdk_nag_and_every_acknowledgement_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, layers_dir: Path
):
    """Acknowledgements are held back, so that cdk-nag names every finding: each has to be one, and no other may be."""
    accepted: dict[tuple[str, str], str] = {}

    def remember(construct: Any, rule: str, reason: str) -> None:
        accepted[construct.node.path, rule] = reason

    for module in (buckets, core, domain, edge, functions, gateway, queues, resource, search_index, tables):
        monkeypatch.setattr(module, "accept", remember, raising=False)
    found = set(findings(said_of("prod", layers_dir), tmp_path))

    def covers(path: str, rule: str, finding: tuple[str, str]) -> bool:
        return finding[1] == rule and f"{finding[0]}/".startswith(f"{path}/")

    assert [finding for finding in found if not any(covers(*known, finding) for known in accepted)] == []
    assert [known for known in accepted if not any(covers(*known, finding) for finding in found)] == []
    assert all(len(reason) > 20 for reason in accepted.values())


def findings(said: dict[str, str], folder: Path) -> Iterator[tuple[str, str]]:
    made = app.build(said, str(folder))
    Validations.of(made).add_plugins(AwsSolutionsChecks(made))
    with suppress(RuntimeError):  # how synthesis ends when there are findings
        made.synth()
    for report in json.loads((folder / "validation-report.json").read_text())["pluginReports"]:
        for violation in report["violations"]:
            for construct in violation["violatingConstructs"]:
                yield construct["constructPath"], violation["ruleName"]
