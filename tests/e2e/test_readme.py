import json

from local.stack import Stack
from tests.e2e.page_walk import run_walk
from tools import smoke


def test_the_first_walk_does_what_the_readme_says(stack: Stack):
    printed = run_walk(stack, "../README.md", "A first walk", within_s=90)
    opened, read, edited, refused = (json.loads(line) for line in printed if line)
    assert opened == read
    assert (opened["name"], edited["name"], edited["currency"]) == ("Ada", "Ada Lovelace", "GBP")
    assert (refused["status"], refused["code"]) == (401, "unauthenticated")


def test_the_smoke_test_of_a_deployment_passes_here_too(stack: Stack):
    assert smoke.main(["--url", stack.url]) == 0
