"""Generations of the index and the aliases that stand for them: which one is searched, and which one is being filled.

`listings` and `stores` are what people search; `listings-next` and `stores-next` exist while a generation is filled. An
alias moves in one step, and nothing but an alias is ever written to: what has been deleted cannot come back by a write.
"""

from collections.abc import Mapping
from typing import Any

from functions.search.index.cloud.mapping import index_of
from functions.search.index.cloud.names import ALIASES, LISTINGS, next_of
from functions.search.index.cloud.signed import Asking, Refused, Signed
from functions.search.index.port import RebuildElsewhere

WITHIN_S = 20.0
FIRST = "first"


class Generations:
    def __init__(self, cluster: Signed) -> None:
        self._cluster = cluster

    def current(self) -> str:
        """ "" where none was ever finished."""
        return self._generation(LISTINGS, self._aliases())

    def filling(self) -> str | None:
        return self._generation(next_of(LISTINGS), self._aliases()) or None

    def both(self) -> tuple[str, str | None]:
        aliases = self._aliases()
        return self._generation(LISTINGS, aliases), self._generation(next_of(LISTINGS), aliases) or None

    def begin(self, generation: str) -> None:
        """An index comes to be together with its alias, so that nobody finds one without the other.

        Two who begin at the same time may both see the other, and both give up: better than both going on.
        """
        aliases = self._aliases()
        if self._generation(LISTINGS, aliases) == generation:
            return
        self._alone(generation, aliases)
        for kind in ALIASES:
            self._make(kind, generation, next_of(kind))
        try:
            self._alone(generation, self._aliases())
        except RebuildElsewhere:
            self._delete(generation)
            raise

    def make_first(self) -> None:
        """For whoever writes before any rebuild. A rebuild of everything takes its place like any other's."""
        for kind in ALIASES:
            self._make(kind, FIRST, kind)

    def finish(self, generation: str) -> None:
        aliases = self._aliases()
        if self._generation(LISTINGS, aliases) != generation:
            if self._generation(next_of(LISTINGS), aliases) != generation:
                raise RebuildElsewhere(f"{generation} is not being filled")
            self._make_searchable(generation)
            self._cluster.ask(Asking("POST", "/_aliases", body={"actions": self._moves(generation, aliases)}), WITHIN_S)
        self._forget_the_nameless()

    def abandon(self, generation: str) -> None:
        if self._generation(LISTINGS, self._aliases()) != generation:
            self._delete(generation)

    def _alone(self, generation: str, aliases: Mapping[str, list[str]]) -> None:
        for kind in ALIASES:
            if others := set(aliases.get(next_of(kind), [])) - {f"{kind}-{generation}"}:
                raise RebuildElsewhere(f"{', '.join(sorted(others))} is being filled")

    def _make(self, kind: str, generation: str, alias: str) -> None:
        body = index_of(kind, sized=not self._cluster.serverless)
        body["aliases"] = {alias: {}}
        try:
            self._cluster.ask(Asking("PUT", f"/{kind}-{generation}", body=body), WITHIN_S)
        except Refused as refusal:
            if refusal.kind != "resource_already_exists_exception":
                raise

    def _make_searchable(self, generation: str) -> None:
        """What was written last is found from the first search on. A collection does that in its own time."""
        if not self._cluster.serverless:
            path = ",".join(f"{kind}-{generation}" for kind in ALIASES)
            self._cluster.ask(Asking("POST", f"/{path}/_refresh"), WITHIN_S)

    def _moves(self, generation: str, aliases: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        moves: list[dict[str, Any]] = []
        for kind in ALIASES:
            index = f"{kind}-{generation}"
            moves += [{"remove": {"index": old, "alias": kind}} for old in aliases.get(kind, []) if old != index]
            moves += [{"remove": {"index": index, "alias": next_of(kind)}}, {"add": {"index": index, "alias": kind}}]
        return moves

    def _forget_the_nameless(self) -> None:
        """Also what an earlier rebuild left when it was cut off. One that is being filled has an alias, and stays."""
        aliases = self._aliases()
        named = {index for indexes in aliases.values() for index in indexes}
        for index in self._indexes() - named:
            self._cluster.ask(Asking("DELETE", f"/{index}"), WITHIN_S, absent=True)

    def _delete(self, generation: str) -> None:
        for kind in ALIASES:
            self._cluster.ask(Asking("DELETE", f"/{kind}-{generation}"), WITHIN_S, absent=True)

    def _indexes(self) -> set[str]:
        found: set[str] = set()
        for kind in ALIASES:
            found |= self._cluster.ask(Asking("GET", f"/{kind}-*/_mapping"), WITHIN_S, absent=True).keys()
        return found

    def _aliases(self) -> dict[str, list[str]]:
        """The indexes each alias stands for."""
        found: dict[str, list[str]] = {}
        for index, told in self._cluster.ask(Asking("GET", "/_alias"), WITHIN_S).items():
            for alias in told.get("aliases", {}):
                found.setdefault(alias, []).append(index)
        return found

    def _generation(self, alias: str, aliases: Mapping[str, list[str]]) -> str:
        return next(iter(aliases.get(alias, [""]))).removeprefix(f"{LISTINGS}-")
