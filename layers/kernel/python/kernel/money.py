"""Money: a whole number of a currency's minor unit. It never meets a float, and splitting it never loses a unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Currency:
    """ISO 4217 code, decimals of the minor unit, and the smallest step that can be charged, in minor units."""

    code: str
    exponent: int = 2
    charge_step: int = 1


# Two decimals unless said otherwise. Three-decimal currencies are charged in steps of ten, ISK and UGX in whole units
# although their minor unit has two decimals: the card networks' rules, not ISO's.
_UNUSUAL = (
    *(Currency(code, 0) for code in ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF")),
    *(Currency(code, 0) for code in ("VND", "VUV", "XAF", "XOF", "XPF")),
    *(Currency(code, 3, 10) for code in ("BHD", "JOD", "KWD", "OMR", "TND")),
    *(Currency(code, 2, 100) for code in ("ISK", "UGX")),
)
_USUAL = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD "
    "KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD SAR SBD SCR SEK SGD SHP SOS SRD STN SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD "
    "YER ZAR ZMW"
)
CURRENCIES = {currency.code: currency for currency in (*_UNUSUAL, *map(Currency, _USUAL.split()))}


class UnknownCurrency(Invalid):
    """This currency is not known."""


class CurrencyMismatch(Invalid):
    """Amounts in different currencies cannot be put together."""


class NotAnAmount(Invalid):
    """This is not an amount of money in that currency."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise UnknownCurrency(f"{self.currency!r} is not a known currency.")
        if type(self.minor) is not int:
            raise NotAnAmount(f"Amounts are whole minor units; {self.minor!r} is not.")

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read "12.34". More decimals than the currency has are an error, not a rounding."""
        if currency not in CURRENCIES:
            raise UnknownCurrency(f"{currency!r} is not a known currency.")
        exponent = CURRENCIES[currency].exponent
        match = re.fullmatch(r"(-?)(\d{1,15})(?:\.(\d+))?", text, re.ASCII)
        if not match or len(match[3] or "") > exponent:
            raise NotAnAmount(f"{text!r} is not an amount in {currency}.")
        minor = int(match[2]) * 10**exponent + int((match[3] or "").ljust(exponent, "0") or 0)
        return cls(-minor if match[1] else minor, currency)

    def __str__(self) -> str:
        exponent = CURRENCIES[self.currency].exponent
        whole, part = divmod(abs(self.minor), 10**exponent)
        decimals = f".{part:0{exponent}d}" if exponent else ""
        return f"{'-' if self.minor < 0 else ''}{whole}{decimals} {self.currency}"

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __mul__(self, times: int) -> Self:
        if type(times) is not int:
            raise TypeError("Money is multiplied by whole numbers only; use share() for proportions.")
        return type(self)(self.minor * times, self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def share(self, numerator: int, denominator: int) -> Self:
        """numerator/denominator of this, rounded half away from zero: the same for a charge and its reversal."""
        return type(self)(_divide(self.minor * numerator, denominator), self.currency)

    def part(self, done: int, whole: int, already: Self) -> Self:
        """What is due now if `done` of `whole` is reached: cumulative, so that all parts add up to the total."""
        return self.share(done, whole) - already

    def allocate(self, weights: Sequence[int]) -> list[Self]:
        """Split by weights; the parts add up exactly. Spare units go to the largest remainders, first ones first."""
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise ValueError("Weights are not negative, and at least one is positive.")
        sign = -1 if self.minor < 0 else 1
        amount = abs(self.minor)
        parts = [amount * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda place: -(amount * weights[place] % total))
        for place in by_remainder[: amount - sum(parts)]:
            parts[place] += 1
        return [type(self)(sign * part, self.currency) for part in parts]

    def chargeable(self) -> bool:
        return self.minor % CURRENCIES[self.currency].charge_step == 0

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other} are in different currencies.")
        return other.minor

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        fields = core_schema.typed_dict_schema(
            {
                "minor": core_schema.typed_dict_field(core_schema.int_schema(strict=True)),
                "currency": core_schema.typed_dict_field(core_schema.str_schema(pattern="^[A-Z]{3}$")),
            },
            extra_behavior="forbid",
        )

        def build(value: dict[str, Any]) -> Money:
            if value["currency"] not in CURRENCIES:
                raise ValueError("unknown currency")
            return cls(value["minor"], value["currency"])

        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(build, fields),
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), core_schema.no_info_after_validator_function(build, fields)]
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda money: {"minor": money.minor, "currency": money.currency}
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "object",
            "title": "Money",
            "description": "An amount in whole minor units of an ISO 4217 currency.",
            "properties": {
                "minor": {"type": "integer", "examples": [1299]},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]},
            },
            "required": ["minor", "currency"],
            "additionalProperties": False,
        }


def _divide(numerator: int, denominator: int) -> int:
    if denominator <= 0:
        raise ValueError("A proportion needs a positive denominator.")
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -quotient if numerator < 0 else quotient
