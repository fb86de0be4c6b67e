"""Commission rules in their table, those for one target together.

COMMISSION#<scope>   <target>   all rules for it, past and to come
RULE#<id>            -          which target a rule is for
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from functions.ledger import events
from functions.ledger.model.commission import CommissionRule, CommissionTerms, LineToRate, Scope
from functions.ledger.model.rulebook import NoSuchRule, Rulebook, Rulebooks, RulesChanged
from functions.ledger.rules import commission as deciding
from functions.ledger.rules import rulebook as rules
from functions.ledger.store.books import books
from functions.ledger.store.rows import Key
from kernel.events import Event
from kernel.table import Item, Receipt, put

AT_ONCE = 100  # the most that one call reads


class CommissionStore:
    def book(self, scope: Scope, target: str | None) -> Rulebook:
        return _book(scope, target, books().table.get(*_key(scope, target)))

    def book_of(self, rule_id: str) -> Rulebook:
        row = books().table.get(f"RULE#{rule_id}", "-")
        if not row:
            raise NoSuchRule()
        return self.book(row["scope"], row.get("target"))

    def rules_for(self, *lines: LineToRate) -> Sequence[CommissionRule]:
        """All that could be for them: a call for a hundred targets."""
        places = list(dict.fromkeys(place for line in lines for place in rules.places_of(line)))
        rows: dict[Key, Item] = {}
        for start in range(0, len(places), AT_ONCE):
            rows |= books().table.get_many([_key(*place) for place in places[start : start + AT_ONCE]])
        return [rule for place in places for rule in _book(*place, rows.get(_key(*place))).items]

    def terms_at(self, at: datetime, lines: Sequence[LineToRate]) -> list[CommissionTerms]:
        """As it was then: what a rule says of the past never changes, so asked again it says the same."""
        found = self.rules_for(*lines)
        return [deciding.terms_of(deciding.choose(found, line, at)) for line in lines]

    def books_of(self, scope: Scope, *, limit: int, cursor: str | None) -> Rulebooks:
        page = books().table.query(f"COMMISSION#{scope}", limit=limit, cursor=cursor)
        return Rulebooks(items=[Rulebook.model_validate(row) for row in page.items], cursor=page.cursor)

    def make(self, before: Rulebook, after: Rulebook, made: CommissionRule, by: str, receipt: Receipt | None) -> None:
        told = Event(events.CommissionRuleMade(rule=made), _aggregate(after), after.version)
        self._save(before, after, [told, events.acted(by, "make_rule", made.rule_id, 1)], receipt)

    def end(self, before: Rulebook, after: Rulebook, rule_id: str, by: str, receipt: Receipt | None) -> None:
        ends_at = next((rule.ends_at for rule in after.items if rule.rule_id == rule_id), None)
        data = events.CommissionRuleEnded(rule_id=rule_id, scope=after.scope, target=after.target, ends_at=ends_at)
        told = Event(data, _aggregate(after), after.version)
        self._save(before, after, [told, events.acted(by, "end_rule", rule_id, after.version + 1)], receipt)

    def _save(self, before: Rulebook, after: Rulebook, told: Sequence[Event], receipt: Receipt | None) -> None:
        pk, sk = _key(after.scope, after.target)
        change = put({"pk": pk, "sk": sk, **after.model_dump(mode="json")})
        guarded = change.when(version=before.version) if before.version else change.absent()
        new = {rule.rule_id for rule in after.items} - {rule.rule_id for rule in before.items}
        found = {"scope": after.scope, "target": after.target}
        books().table.commit(
            [guarded.otherwise(RulesChanged()), *(put({"pk": f"RULE#{one}", "sk": "-", **found}) for one in new)],
            told,
            receipt,
        )


@cache
def commission() -> CommissionStore:
    return CommissionStore()


def _key(scope: Scope, target: str | None) -> Key:
    return f"COMMISSION#{scope}", target or "-"


def _book(scope: Scope, target: str | None, row: Item | None) -> Rulebook:
    return Rulebook.model_validate(row or {"scope": scope, "target": target})


def _aggregate(book: Rulebook) -> str:
    return f"rules_{book.scope}_{book.target or 'all'}"
