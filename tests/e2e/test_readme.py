import json
import re

from local.stack import Stack
from tests.e2e.page_walk import run_walk
from tools import smoke

ID = re.compile(r"_[0-9a-z]{26}")


def test_the_first_walk_does_what_the_readme_says(stack: Stack):
    told = [ID.sub("_…", line) for line in run_walk(stack, "../README.md", "A first walk")]
    assert told[:7] == ["266.00", "4", "26.60", "256.20", "True", "Is it really you?", "confirmed"]
    accounts = dict(line.rsplit(" ", 1) for line in told[7:-1])
    assert (accounts["stripe:pending"], accounts["platform:promotions"]) == ("+246.20", "+26.60")
    assert accounts["buyer:usr_…:credits"] == "+10.00"
    assert told[-1] == "sum 0.00"


def test_an_account_does_what_its_page_says(stack: Stack):
    printed = run_walk(stack, "accounts.md", within_s=90)
    opened, read, edited, refused = (json.loads(line) for line in printed if line)
    assert opened == read
    assert (opened["name"], edited["name"], edited["currency"]) == ("Ada", "Ada Lovelace", "GBP")
    assert (refused["status"], refused["code"]) == (401, "unauthenticated")


def test_the_smoke_test_of_a_deployment_passes_here_too(stack: Stack):
    assert smoke.main(["--url", stack.url]) == 0
