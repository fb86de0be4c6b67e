import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z0-9-]*):", MAKEFILE, re.MULTILINE))


def jobs(workflow: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(workflow.read_text())["jobs"]
    return found


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(workflow).values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_command_of_a_workflow_exists(workflow: Path):
    commands = [step["run"] for step in steps(workflow) if "run" in step]
    assert commands
    for command in commands:
        program, _, target = command.partition(" ")
        assert target in TARGETS if program == "make" else (ROOT / program).exists(), command


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_foreign_action_is_pinned_to_a_commit(workflow: Path):
    for step in steps(workflow):
        if "uses" in step:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", step["uses"]), step["uses"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read_and_has_an_end(workflow: Path):
    document = yaml.safe_load(workflow.read_text())
    assert document["permissions"] == {"contents": "read"}
    for job in jobs(workflow).values():
        assert job["timeout-minutes"] <= 60
        assert job.get("permissions", {"contents": "read"}).items() <= {"contents": "read", "id-token": "write"}.items()


def test_production_comes_last_after_a_person_with_short_lived_credentials():
    deploy = jobs(ROOT / ".github/workflows/deploy.yml")
    assert [deploy[stage]["needs"] for stage in ("dev", "prod")] == ["test", "dev"]
    for stage in ("dev", "prod"):
        assert deploy[stage]["environment"] == stage
        assert deploy[stage]["env"]["STAGE"] == stage
        made = [step["run"].removeprefix("make ") for step in deploy[stage]["steps"] if "run" in step]
        assert made[:4] == ["synth", "diff", "deploy", "smoke"]
    assert "AWS_SECRET_ACCESS_KEY" not in (ROOT / ".github/workflows/deploy.yml").read_text()


def test_make_help_explains_every_target_a_person_would_type():
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    internal = {target for target in TARGETS if target.startswith("setup-")}
    for target in TARGETS - internal:
        assert re.search(rf"make {target} +\S", helped), f"{target} has no '## help'"


def test_every_target_is_phony_so_that_no_folder_of_its_name_hides_it():
    phony = set(re.findall(r"^\.PHONY: ((?:.*\\\n)*.*)$", MAKEFILE, re.MULTILINE)[0].replace("\\\n", " ").split())
    assert phony >= TARGETS
