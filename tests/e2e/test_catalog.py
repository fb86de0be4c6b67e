"""The catalogue on the deployed template: the walk of docs/catalog.md."""

from local.stack import Stack
from tests.e2e.page_walk import run_walk


def test_the_walk_does_what_the_page_says(stack: Stack):
    told = iter(run_walk(stack, "catalog.md"))

    def the_next(count: int) -> list[str]:
        return [next(told) for _ in range(count)]

    assert the_next(4) == ["Лейка М3", "0", "200 image/webp", "1"]  # a visitor's page, no cost on it, picture, category
    assert the_next(3) == ["leica-m3-with-summicron", "308", "Leica M3 with Summicron"]
    assert the_next(4) == ["1", "awaiting_buyer", "price_outdated", "agreed"]
    assert the_next(6) == ["Rain.flac", "as it was sent", "9", "404", "200", "download_over"]
    tried, listed, fault, done, listed_then = the_next(5)
    assert (tried, listed) == ("state=checked created=2 unchanged=0 refused=1", "0")
    assert fault.strip() == "4,quantity,this is not a whole number such as 12"
    assert (done, listed_then) == ("state=done created=2 unchanged=0 refused=1", "1")
    assert the_next(2) == ["2", "state=done created=0 unchanged=2 refused=0"]
    assert the_next(3) == ["Film cameras", "the same", "Leica"]
    assert the_next(2) in (["forbidden", "403"], ["not_found", "404"])  # the latter, as long as Bela works in a store
    assert list(told) == []
