"""How long what is waited for: as operators have set it by now."""

from functions.orders.rules.due import Windows
from kernel import settings


def windows() -> Windows:
    return Windows(**settings.setting("windows", {}))
