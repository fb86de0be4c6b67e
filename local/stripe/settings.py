"""What differs between one Stripe account and another, as far as the stand-in lets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class Settings:
    pages: str = "http://localhost:8000"  # below it people reach the hosted pages
    account: str = "acct_1MetcoPlatform00"
    country: str = "US"
    secret_key: str = ""  # empty: any test key of the right form
    publishable_key: str = ""
    methods: tuple[str, ...] = ("card", "crypto", "customer_balance", "paypal", "upi")  # switched on in the dashboard
    available_in_days: int = 2
    captured_in_s: int = 2  # asynchronous capture: so long a charge has no balance transaction
    on_chain_in_s: int = 5  # so long a stablecoin payment is processing
    disputed_in_s: int = 2  # after a test card's charge that is disputed
    settles_in: Mapping[str, tuple[str, float]] = field(default_factory=dict)  # currency -> (another, its rate)
    resend_after_s: tuple[int, ...] = (5, 30, 300, 3_600)  # then it is given up
