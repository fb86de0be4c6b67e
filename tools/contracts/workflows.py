"""Draws each workflow from its file: what follows what, and what becomes of a step that fails."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.contracts.domains import ROOT

FOLDER = ROOT / "infra" / "workflows"
BY_TOKEN = "waitForTaskToken"
State = Mapping[str, Any]
States = Mapping[str, State]


def files() -> dict[str, str]:
    return {f"docs/architecture/{_name(file)}.md": page(file) for file in sorted(FOLDER.glob("*.asl.json"))}


def page(file: Path) -> str:
    workflow = json.loads(file.read_text(encoding="utf-8"))
    states: States = workflow["States"]
    title = f"The workflow of a {_name(file)}"
    told = (
        f"Drawn from [`{file.name}`](../../{file.relative_to(ROOT).as_posix()}) by `make docs`. {workflow['Comment']}"
    )
    kinds = "Boxes are tasks of domains, rounded ones wait to be told by a token, rhombs choose. What fails is below."
    drawing = ["```mermaid", "flowchart TD", *_drawn(workflow["StartAt"], states), "```"]
    return "\n".join([f"# {title}", "", told, "", kinds, "", *drawing, "", *_table(states), ""])


def _name(file: Path) -> str:
    return file.name.removesuffix(".asl.json")


def _drawn(begin: str, states: States) -> Iterator[str]:
    yield f"    begin(( )) --> {_word(begin)}"
    for name, state in states.items():
        yield f"    {_word(name)}{_shape(name, state)}"
    for name, state in states.items():
        for rule in state.get("Choices", ()):
            yield f"    {_word(name)} -->|{said(rule)}| {_word(rule['Next'])}"
        for following in (state.get("Next"), state.get("Default")):
            if following:
                yield f"    {_word(name)} --> {_word(following)}"
        if state.get("End") or state["Type"] == "Succeed":
            yield f"    {_word(name)} --> done((( )))"


def _shape(name: str, state: State) -> str:
    match state["Type"]:
        case "Choice":
            return f'{{"{name}"}}'
        case "Task" if BY_TOKEN in state["Resource"]:
            return f'(["{name}"])'
        case "Task":
            return f'["{name}<br/>{asks(state)}"]'
    return f'["{name}"]'


def asks(state: State) -> str:
    """The domain and its task."""
    asked = state["Parameters"]
    domain = (asked["FunctionName"] if BY_TOKEN in state["Resource"] else state["Resource"]).strip("${}").lower()
    return f"{domain}.{asked.get('Payload', asked)['task']}"


def said(rule: State) -> str:
    """A condition, in as few words as tell it from its neighbours."""
    match rule:
        case {"And": rules}:
            return ", ".join(filter(None, map(said, rules)))
        case {"Not": one}:
            return f"not {said(one)}"
        case {"StringEquals": word}:
            return str(word)
        case {"Variable": path, "BooleanEquals": _}:
            return f"needs {path.rpartition('.')[2]}"
        case {"Variable": path, "IsPresent": _}:
            return "" if path.endswith(".outcome") else str(path.rpartition(".")[2]).replace("_", " ")
        case {"NumericGreaterThan": least}:
            return f"above {least}"
    raise ValueError(f"Nobody has taught the drawing {rule}.")


def _table(states: States) -> Iterator[str]:
    yield "| step | asks | tries | if it fails for good |"
    yield "|---|---|--:|---|"
    for name, state in _all(states):
        if state["Type"] == "Task":
            retry = state["Retry"][-1]  # what comes before it names failures that are not worth another try
            caught = ", ".join(catch["Next"] for catch in state.get("Catch", ()))
            yield f"| {name} | `{asks(state)}` | {retry['MaxAttempts'] + 1} | {caught} |"


def _all(states: States) -> Iterator[tuple[str, State]]:
    for name, state in states.items():
        yield name, state
        yield from _all(state.get("ItemProcessor", {}).get("States", {}))


def _word(name: str) -> str:
    """Mermaid's names are plain; what is shown may be anything."""
    return name.replace("?", "_")
