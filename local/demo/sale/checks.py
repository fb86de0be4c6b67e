"""Every figure that the demo compares, and whether all of them are right."""

from collections.abc import Callable


class Checks:
    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self.right, self.wrong = say, 0, list[str]()

    def equal(self, what: str, found: int, expected: int, *, figure: bool = True) -> None:
        told = amount if figure else str
        if found == expected:
            self.right += 1
            return
        self.wrong.append(f"{what}: {told(found)}, and it should be {told(expected)}")
        self._say(f"  WRONG  {self.wrong[-1]}")


def amount(minor: int) -> str:
    return f"{minor / 100:,.2f}"
