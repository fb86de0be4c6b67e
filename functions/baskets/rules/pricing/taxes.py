"""The built-in taxes: one rate for everything, and the rate of the country it goes to."""

from collections.abc import Callable, Sequence

from functions.baskets.model.taxes import USUAL, CountryTax, FlatTax, Taxable, Taxed, TaxPort, TaxRate
from kernel.money import CURRENCIES, Money

WHOLE = 10_000
NONE = TaxRate(rate_bps=0)


def port(setting: FlatTax | CountryTax) -> TaxPort:
    """As an operator has said. A calculator of somebody else's is another function of the same shape."""
    match setting:
        case FlatTax():
            return lambda taxable: _reckoned(taxable, lambda _: setting.rate)
        case CountryTax():
            return lambda taxable: _reckoned(taxable, lambda one: _of_country(setting, one))


def _of_country(setting: CountryTax, one: Taxable) -> TaxRate:
    """Of reduced rates the one of the nearest category counts. Shipping has no category: it is taxed as usual."""
    usual = setting.countries.get(one.country) or USUAL.get(one.country) or NONE
    reduced = {rate.category_id: rate for rate in setting.reduced if rate.country == one.country}
    nearest = next((reduced[category] for category in reversed(one.category_path) if category in reduced), None)
    return usual.model_copy(update={"rate_bps": nearest.rate_bps}) if nearest else usual


def _reckoned(taxable: Sequence[Taxable], rate_of: Callable[[Taxable], TaxRate]) -> list[Taxed]:
    """Rounded once for all that a store sells at one rate, as its invoice will have it, and told line by line.

    In steps that a card can be charged, so that each line can be given back by itself.
    """
    rates = {one.line_id: rate_of(one) for one in taxable}
    groups: dict[tuple[str, TaxRate], list[Taxable]] = {}
    for one in taxable:
        groups.setdefault((one.store_id, rates[one.line_id]), []).append(one)
    tax = {
        one.line_id: part
        for (_, rate), group in groups.items()
        for one, part in zip(group, _divided(group, rate), strict=True)
    }
    return [
        Taxed(one.line_id, tax[one.line_id], rates[one.line_id].included, rates[one.line_id].rate_bps)
        for one in taxable
    ]


def _divided(group: Sequence[Taxable], rate: TaxRate) -> list[Money]:
    """Exact numerators, rounded once in their sum; the spare steps go to the largest remainders."""
    currency = group[0].amount.currency
    step = CURRENCIES[currency].charge_step
    whole = (WHOLE + rate.rate_bps if rate.included else WHOLE) * step
    exact = [one.amount.minor * rate.rate_bps for one in group]
    spare = Money(sum(exact), currency).share(1, whole).minor - sum(one // whole for one in exact)
    by_remainder = sorted(range(len(exact)), key=lambda place: (-(exact[place] % whole), place))
    up = set(by_remainder[:spare])
    return [Money((one // whole + (place in up)) * step, currency) for place, one in enumerate(exact)]
