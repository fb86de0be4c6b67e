"""What may be withdrawn in which currency, as the deployment says.

Not over HTTP: whoever could raise the limit alone would be both pairs of eyes.
"""

from functions.ledger.model.withdrawals import Limits, WithdrawalsNotOffered
from kernel import settings
from kernel.money import Money


def limits_of(currency: str) -> Limits:
    found = settings.setting("withdrawal_limits", {}).get(currency)
    if not found:
        raise WithdrawalsNotOffered()
    amounts = {name: Money(minor, currency) for name, minor in found.items()}
    return Limits.model_validate({"currency": currency, **amounts})
