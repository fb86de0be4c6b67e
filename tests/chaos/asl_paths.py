"""Paths into a workflow's data, and what is asked of them, as Step Functions reads them."""

import copy
from collections.abc import Mapping
from typing import Any

State = Mapping[str, Any]


class Defect(Exception):
    """The workflow's file is wrong: Step Functions would end it, and nothing would be undone."""


def found(path: str, data: Any) -> Any:
    for word in _words(path):
        if not isinstance(data, dict) or word not in data:
            raise Defect(f"{path} leads nowhere.")
        data = data[word]
    return data


def filled(template: Any, data: Any, context: Mapping[str, Any]) -> Any:
    """`name.$` is a path into the data, or with two dollars into what Step Functions itself knows."""
    if isinstance(template, list):
        return [filled(one, data, context) for one in template]
    if not isinstance(template, dict):
        return template
    return {
        name.removesuffix(".$"): (
            copy.deepcopy(found(value[1:], context) if value.startswith("$$") else found(value, data))
            if name.endswith(".$")
            else filled(value, data, context)
        )
        for name, value in template.items()
    }


def placed(data: Any, state: State, result: Any) -> Any:
    """The data with the result where it belongs. What lay there is replaced, the way there is made."""
    path = state.get("ResultPath", "$")
    if path is None:
        return data
    words = _words(path)
    if not words:
        return result
    whole = dict(data)  # what does not lie on the way stays as it is: whatever is handed out is a copy
    place = whole
    for word in words[:-1]:
        place[word] = dict(place.get(word, {}))
        place = place[word]
    place[words[-1]] = result
    return whole


def holds(rule: State, data: Any) -> bool:
    match rule:
        case {"And": rules}:
            return all(holds(one, data) for one in rules)
        case {"Or": rules}:
            return any(holds(one, data) for one in rules)
        case {"Not": one}:
            return not holds(one, data)
        case {"Variable": path, "IsPresent": there}:
            return _is_there(path, data) is there
        case {"Variable": path, "StringEquals": word}:
            return bool(found(path, data) == word)
        case {"Variable": path, "BooleanEquals": wanted}:
            return found(path, data) is wanted
        case {"Variable": path, "NumericGreaterThan": bound}:
            return bool(found(path, data) > bound)
    raise Defect(f"Nobody has taught this interpreter {rule}.")


def _is_there(path: str, data: Any) -> bool:
    try:
        found(path, data)
    except Defect:
        return False
    return True


def _words(path: str) -> list[str]:
    if not path.startswith("$"):
        raise Defect(f"{path} is no path.")
    return [word for word in path[1:].split(".") if word]
