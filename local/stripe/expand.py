"""`expand[]`: an id becomes the thing itself. # docs.stripe.com/api/expanding_objects"""

from typing import TYPE_CHECKING, Any

from local.stripe.wire import Document, invalid

if TYPE_CHECKING:
    from local.stripe.call import Call

DEEPEST = 4


def expanded(call: "Call", answer: Document) -> Document:
    for path in call.params.get("expand", []):
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise invalid(f"You cannot expand more than 4 levels of a property. Property: {path}.", param="expand")
        _walk(call, answer, steps, path)
    return answer


def _walk(call: "Call", here: Any, steps: list[str], path: str) -> None:
    if isinstance(here, list):
        for one in here:
            _walk(call, one, steps, path)
        return
    step, *rest = steps
    if not isinstance(here, dict) or step not in here:
        raise invalid(
            f"This property cannot be expanded ({path}). You may want to try expanding 'data.{path}'.", param="expand"
        )
    value = here[step]
    if value is None:
        return
    if isinstance(value, str):
        found = call.state.any(value, call.account) or call.state.any(value)
        if not found:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        here[step] = found
    elif not isinstance(value, dict | list):
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    if rest:
        _walk(call, here[step], rest, path)
