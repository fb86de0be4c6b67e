"""The runbook's table of what waits for a person: every step that can be parked, with what can be decided of it."""

import re
from collections.abc import Iterator

from functions.orders import deciding
from functions.orders.model.parked import CHOICES, choices_of
from infra.platform.context import ROOT
from tests.chaos.asl import all_states, read

RUNBOOK = (ROOT / "docs" / "runbooks" / "workflows.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| .+ \| (.+?) \|$", re.MULTILINE)
FOUND = "what the sweeper found"  # any of its words


def parks() -> Iterator[tuple[str, str, str]]:
    """Workflow, step and state of each that parks, in whatever depth of whichever file."""
    for file in sorted((ROOT / "infra" / "workflows").glob("*.asl.json")):
        for name, state in all_states(read(file)):
            asked = state.get("Parameters", {}).get("Payload", {})
            if asked.get("task") == "park":
                yield asked.get("workflow", "checkout"), asked["step"], name


def by_hand() -> Iterator[tuple[str, str]]:
    """What is parked without a workflow that waits, and what has choices of its own."""
    for named in {*deciding.BY_HAND, *CHOICES}:
        workflow, _, step = named.partition("/")
        if step:
            yield workflow, step
        elif workflow == "stranded":
            yield workflow, FOUND


def told() -> dict[tuple[str, str], str]:
    return {(workflow, step.strip("`")): choices for workflow, step, choices in ROW.findall(RUNBOOK)}


def test_every_step_that_waits_for_a_person_is_in_the_runbook_and_no_other():
    assert set(told()) == {(workflow, step) for workflow, step, _ in parks()} | set(by_hand())


def test_what_can_be_decided_is_what_the_runbook_says():
    for (workflow, step), choices in told().items():
        said = [word for word in re.findall(r"`(\w+)`", choices.replace("as `retry`", "")) if word]
        assert said == choices_of(workflow, step), (workflow, step)


def test_a_parking_place_that_is_one_of_several_of_its_step_is_named():
    steps = [(workflow, step) for workflow, step, _ in parks()]
    several = [name for workflow, step, name in parks() if steps.count((workflow, step)) > 1]
    record = next((ROOT / "docs" / "decisions").glob("0048*")).read_text(encoding="utf-8")
    assert several == ["ParkRefunding", "ParkCancelling"]
    assert "*ParkRefunding*" in RUNBOOK
    assert "*ParkRefunding*" in record
