"""How long each side of a return has: as operators have set it by now."""

from functions.orders.rules.returns import ReturnWindows
from kernel import settings


def return_windows() -> ReturnWindows:
    return ReturnWindows(**settings.setting("return_windows", {}))
