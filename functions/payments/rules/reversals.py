"""From which of a seller's transfers money is fetched back, as far as the seller's account has any."""

from collections.abc import Iterable

from functions.payments.model.payouts import Reversal, ReversalPart
from kernel.money import Money


def planned(
    reference: str, store_id: str, wanted: Money, transfers: Iterable[tuple[str, Money]], at_most: Money
) -> Reversal:
    """`transfers`: what each can still give back, those to be asked first on top."""
    left, parts = min(wanted, at_most), list[ReversalPart]()
    for transfer_id, has in transfers:
        take = min(left, has)
        if take.minor > 0:
            parts.append(ReversalPart(transfer_id=transfer_id, amount=take))
            left -= take
    return Reversal(reference=reference, store_id=store_id, wanted=wanted, parts=parts)


def came_back(kept: Reversal, part: ReversalPart, reversal_id: str) -> Reversal:
    return _with(kept, part, {"reversal_id": reversal_id})


def fell_short(kept: Reversal, part: ReversalPart) -> Reversal:
    return _with(kept, part, {"short": True})


def still_open(kept: Reversal) -> list[ReversalPart]:
    return [part for part in kept.parts if not part.reversal_id and not part.short]


def found(kept: Reversal) -> Money:
    parts = (part.amount for part in kept.parts if part.reversal_id)
    return sum(parts, Money.zero(kept.wanted.currency))


def _with(kept: Reversal, part: ReversalPart, said: dict[str, object]) -> Reversal:
    done = part.model_copy(update=said)
    parts = [done if one.transfer_id == part.transfer_id else one for one in kept.parts]
    return kept.model_copy(update={"parts": parts, "version": kept.version + 1})
