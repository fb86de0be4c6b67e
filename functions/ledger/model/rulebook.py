"""The commission rules as finance keeps them: made, ended, explained."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from functions.ledger.model.commission import CommissionRule, LineToRate, RuleSaid, Scope, Target
from functions.ledger.model.names import Cursor, Version
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer, Request


class NewCommissionRule(RuleSaid, Request):
    """From `starts_at`, or from now on."""

    starts_at: Annotated[AwareDatetime | None, Field(examples=["2040-01-01T00:00:00Z"])] = None
    ends_at: Annotated[AwareDatetime | None, Field(examples=["2041-01-01T00:00:00Z"])] = None


class RuleEnd(Request):
    """At this moment, or at the one named."""

    ends_at: Annotated[AwareDatetime | None, Field(examples=["2040-06-01T00:00:00Z"])] = None


class LineToExplain(LineToRate, Request):
    """A line of a sale that was, is, or could be."""

    at: Annotated[AwareDatetime | None, Field(examples=["2040-02-01T00:00:00Z"])] = None


class Rulebook(Answer):
    """All rules for one target, past and to come."""

    scope: Scope
    target: Target = None
    items: list[CommissionRule] = Field(default_factory=list)
    version: Version = 0


class Rulebooks(Answer):
    """One page: of each target all of its rules."""

    items: list[Rulebook]
    cursor: Cursor = None


class NoSuchRule(NotFound):
    """There is no such commission rule."""


class RuleInThePast(Invalid):
    """A rule begins and ends now or later: what was sold stays as it was."""


class EndsBeforeItBegins(Invalid):
    """A rule ends after it begins."""


class RuleIsOver(Conflict):
    """This rule has ended already."""


class TooManyRules(Conflict):
    """There are as many rules for this as there can be."""


class LastRule(Conflict):
    """This is the platform's last rule for everything: without one, nothing could be sold. Make another one first."""


class RulesChanged(Conflict):
    """The rules for this have changed at this moment. Read them again, then decide."""
