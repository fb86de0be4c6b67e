"""Tasks of workflows: what a step is asked, what it answers as data, and what it raises so that it is tried again."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from kernel import log
from kernel.errors import DomainError


class Asked(BaseModel):
    """Base of what a task is told. The whole state of a workflow may be handed over: a task takes what it knows."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class Outcome(BaseModel):
    """Base of what a task answers. `outcome` is what the workflow's next choice looks at."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    outcome: str


class Refused(Outcome):
    """It cannot be done, and asking again changes nothing: `code` is the refusal's, as in a problem+json."""

    outcome: Literal["refused"] = "refused"
    code: str
    detail: str


class Unrefusable(Exception):
    """What had to be done was refused. The message begins with the refusal's code: a class's name may get lost."""


Ask = TypeVar("Ask", bound=Asked)
Do = Callable[[Ask], Outcome]


class Tasks:
    """A domain's tasks: `{"task": "reserve", …}` in, `{"outcome": …}` out.

    A workflow repeats what it did not hear the end of, so every task is idempotent by itself. Where it says
    `"must": true`, as once the money is there, a refusal is raised: tried again like a failure, then left to a person.
    """

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self._tasks: dict[str, tuple[type[Asked], Callable[[Any], Outcome]]] = {}

    @property
    def names(self) -> list[str]:
        return sorted(self._tasks)

    def task(self, name: str, asked: type[Ask]) -> Callable[[Do[Ask]], Do[Ask]]:
        def register(do: Do[Ask]) -> Do[Ask]:
            if name in self._tasks:
                raise ValueError(f"{self.domain} has a task {name!r} already.")
            self._tasks[name] = (asked, do)
            return do

        return register

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """`correlation_id` and `causation_id` come along in the workflow's input, and go on into every event."""
        name = str(event.get("task", ""))
        with log.correlated(str(event.get("correlation_id") or ""), str(event.get("causation_id") or "")):
            meter, told = log.Meter(), {"task": f"{self.domain}.{name}"}
            try:
                outcome = self._outcome(name, event)
            except Exception:
                log.exception("task failed", **told, **meter.read())
                raise
            log.info("task done", **told, outcome=outcome.outcome, **meter.read())
            return outcome.model_dump(mode="json")

    def _outcome(self, name: str, event: dict[str, Any]) -> Outcome:
        if name not in self._tasks:
            raise LookupError(f"{self.domain} has no task {name!r}, but {', '.join(self.names)}.")
        asked, do = self._tasks[name]
        order = asked.model_validate(event)
        try:
            outcome = do(order)
        except DomainError as error:
            if error.retryable:
                raise
            log.info("refused", code=error.code, detail=error.detail)
            outcome = Refused(code=error.code, detail=error.detail)
        if isinstance(outcome, Refused) and event.get("must") is True:
            raise Unrefusable(f"{outcome.code}: {outcome.detail}")
        return outcome
