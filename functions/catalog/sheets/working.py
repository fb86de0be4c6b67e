"""Does the rows of one chunk: reads what there is of these goods, decides, writes as many as one transaction takes.

Cut off anywhere and done again, it ends with the same goods and the same sums.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from functions.catalog.model.categories import PriceLimit
from functions.catalog.model.imports import Import, ImportStateChanged
from functions.catalog.model.products import NoSuchProduct
from functions.catalog.rules.batches import Row as Goods
from functions.catalog.rules.batches import batches
from functions.catalog.rules.imports import runs
from functions.catalog.rules.imports.columns import Column
from functions.catalog.rules.imports.goods import NAMED, Known, Named, Outcome, Setting, decide
from functions.catalog.rules.imports.rows import Fault, Row, groups_of, rows_of
from functions.catalog.rules.imports.runs import chunk_id
from functions.catalog.rules.imports.sorting import Sorting
from functions.catalog.sheets import ending, files
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import goods
from functions.catalog.store.imports import imports, written_in
from functions.catalog.store.standing import standings
from kernel import clock, ids, settings
from kernel.errors import Conflict

A_READ = 100  # SKUs
TRIES = 4  # to write what somebody else changes at the same moment; then that row is refused


def work(store_id: str, import_id: str, run: int, number: int) -> None:
    found = imports().chunk(store_id, import_id, run, number)
    if not found or not runs.runs(found[0], run):
        return
    progress, chunk = found
    if not chunk.done:
        outcomes, faults = _Work(progress, number).done()
        if faults:
            files.put_faults(import_id, run, number, faults)
        with suppress(ImportStateChanged):  # somebody else did the same
            imports().end_chunk(progress, number, runs.tally(list(outcomes.values())), clock.now())
    ending.end_if_complete(store_id, import_id, run)


class _Work:
    def __init__(self, progress: Import, number: int) -> None:
        self._progress, self._number, self._now = progress, number, clock.now()
        self._columns, self._raw = files.chunk(progress.import_id, progress.run, number)
        self._setting = self._set(self._columns)

    def _set(self, columns: Sequence[Column]) -> Setting:
        limits = {code: PriceLimit(**one) for code, one in settings.setting("price_limits", {}).items()}
        return Setting(
            store_id=self._progress.store_id,
            columns=columns,
            sorting=Sorting(categories().tree(), limits),
            stock=self._progress.stock,
            hidden=standings().shelves(self._progress.store_id).hidden,
            now=self._now,
            new_id=ids.new_id,
        )

    def done(self) -> tuple[dict[int, str], list[Fault]]:
        """What became of each line, and what was wrong with some."""
        for attempt in range(1, TRIES + 1):
            lines = self._written()
            left = [row for row in rows_of(self._raw, self._columns) if row.line not in lines]
            decided = self._decided(left)
            try:
                conflicts = self._write(decided, one_by_one=attempt == TRIES)
            except Conflict:
                continue  # somebody else, or this very chunk at work a second time: look again
            return self._counted(lines, decided, conflicts)
        raise AssertionError("the last try catches conflicts itself")

    def _written(self) -> dict[int, str]:
        progress = self._progress
        return {} if progress.dry_run else imports().written(progress.import_id, progress.run, self._number)

    def _decided(self, rows: Sequence[Row]) -> list[Outcome]:
        known = self._known([row.sku for row in rows if row.sku])
        outcomes = list[Outcome]()
        for group in groups_of(rows, {sku: offer.offer_id for sku, (_, offer) in known.items()}):
            outcomes += decide(group, known, self._named(group, known), self._setting)
        return outcomes

    def _known(self, skus: Sequence[str]) -> Known:
        pages = (skus[start : start + A_READ] for start in range(0, len(skus), A_READ))
        return {sku: place for page in pages for sku, place in goods().by_sku(self._setting.store_id, page).items()}

    def _named(self, group: Sequence[Row], known: Known) -> Named | None:
        """Read only where a row that is new says by its id what it is a variant or an offer of."""
        named = next((row.product for row in group if row.sku not in known and NAMED.fullmatch(row.product)), None)
        if not named:
            return None
        with suppress(NoSuchProduct):
            product, offers, _ = goods().page(named)
            mine = self._setting.store_id
            if product and (product.store_id == mine or (not product.store_id and product.status == "active")):
                return product, [offer for offer in offers if offer.store_id == mine]
        return None

    def _write(self, decided: Iterable[Outcome], *, one_by_one: bool) -> list[Outcome]:
        """The outcomes that came to nothing, for somebody else was faster every time."""
        if self._progress.dry_run:
            return []
        outcomes = {id(one.goods): one for one in decided if one.goods}
        todo = [one.goods for one in outcomes.values() if one.goods]
        together = [[one] for one in todo] if one_by_one else batches(todo, self._now)
        conflicts = list[Outcome]()
        for batch in together:
            try:
                self._commit(batch, [outcomes[id(one)] for one in batch])
            except Conflict:
                if not one_by_one:
                    raise
                conflicts.append(outcomes[id(batch[0])])
        return conflicts

    def _commit(self, batch: Sequence[Goods], outcomes: Sequence[Outcome]) -> None:
        progress, number = self._progress, self._number
        created = [line for one in outcomes for line in one.created]
        updated = [line for one in outcomes for line in one.updated]
        told = chunk_id(progress.import_id, progress.run, number)
        result = written_in(progress.import_id, progress.run, number, created, updated)
        goods().write(batch, aggregate=told, sequence=min([*created, *updated]), also=[result])

    def _counted(
        self, lines: dict[int, str], decided: Iterable[Outcome], conflicts: Sequence[Outcome]
    ) -> tuple[dict[int, str], list[Fault]]:
        faults = list[Fault]()
        for one in decided:
            faults += one.faults
            counted = {"created": one.created, "updated": one.updated, "unchanged": one.unchanged}
            if one in conflicts:
                changing = [*one.created, *one.updated]
                faults += [Fault(line, "", "these goods were being changed by somebody else") for line in changing]
                counted = {"unchanged": one.unchanged}
            lines |= {line: what for what, some in counted.items() for line in some}
        lines |= {fault.line: "refused" for fault in faults}
        return lines, sorted(faults, key=lambda fault: fault.line)
