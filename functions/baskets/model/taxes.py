"""Taxes as data, and the port through which prices learn of them: anything that answers the same can take its place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kernel.money import Money

Bps = Annotated[int, Field(ge=0, le=10_000)]


class TaxRate(BaseModel):
    """`included`: prices are told with the tax in them, as buyers of that country expect; else it comes on top."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    rate_bps: Bps
    included: bool = True


class ReducedRate(BaseModel):
    """What a country asks of a category, with all below it, instead of its usual rate."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    category_id: str
    rate_bps: Bps


class FlatTax(BaseModel):
    """One rate for everything, everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: Literal["flat"] = "flat"
    rate: TaxRate


class CountryTax(BaseModel):
    """The rate of the country that it is sent to. What is not named here is as `USUAL` has it; a country that neither
    names pays none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: Literal["by_country"] = "by_country"
    countries: Mapping[str, TaxRate] = Field(default_factory=dict)
    reduced: Sequence[ReducedRate] = ()


TaxSetting = Annotated[FlatTax | CountryTax, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Taxable:
    """`amount` is what the seller asks after what the seller gives off. What Metco gives off is paid to the seller
    all the same, and so is taxed. `country`: where it goes to, or, where nothing is sent, where it is sold.
    """

    line_id: str
    store_id: str
    amount: Money
    country: str
    region: str = ""
    postal_code: str = ""
    category_path: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Taxed:
    """`included`: the tax is a part of the amount, and otherwise comes on top of it."""

    line_id: str
    tax: Money
    included: bool
    rate_bps: int


TaxPort = Callable[[Sequence[Taxable]], Sequence[Taxed]]

# Standard rates by country, in hundredths of a percent, and countries whose shops tell prices with the tax in them. A
# laptop's and a test's truth: whoever opens a marketplace has them checked, and says what differs in the settings.
_WITH_TAX = {
    "AT": 2000,
    "AU": 1000,
    "BE": 2100,
    "BG": 2000,
    "CH": 810,
    "CY": 1900,
    "CZ": 2100,
    "DE": 1900,
    "DK": 2500,
    "EE": 2400,
    "ES": 2100,
    "FI": 2550,
    "FR": 2000,
    "GB": 2000,
    "GR": 2400,
    "HR": 2500,
    "HU": 2700,
    "IE": 2300,
    "IN": 1800,
    "IT": 2200,
    "JP": 1000,
    "LT": 2100,
    "LU": 1700,
    "LV": 2100,
    "MT": 1800,
    "NL": 2100,
    "NO": 2500,
    "NZ": 1500,
    "PL": 2300,
    "PT": 2300,
    "RO": 2100,
    "SE": 2500,
    "SI": 2200,
    "SK": 2300,
    "TR": 2000,
    "UA": 2000,
}
_ON_TOP = {
    "CA": 500
}  # the federal part; what provinces and the states of the US ask needs a calculator that knows them
USUAL: Mapping[str, TaxRate] = {
    **{country: TaxRate(rate_bps=rate) for country, rate in _WITH_TAX.items()},
    **{country: TaxRate(rate_bps=rate, included=False) for country, rate in _ON_TOP.items()},
}
