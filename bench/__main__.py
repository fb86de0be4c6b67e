"""`make bench`: what a use case costs, how much CPU it takes, how fast functions start, held against the budgets."""

import argparse
import contextlib
import io
import sys
from dataclasses import replace

from bench import (
    basket_cases,
    discovery,
    imports,
    live,
    order_cases,
    payments_cases,
    payments_live,
    prices,
    search_cases,
    use_cases,
)

# From the design's budgets. A cart change stands for any small command; an edited profile is this slice's.
MAX_CALLS = {
    "read profile": 1,
    "edit profile": 2,
    "authorizer": 1,
    "open store": 1,
    "read store": 1,
    "edit store": 2,
    "read shop": 1,
    "read papers": 1,
    "read transfer": 1,
    "read staff": 1,
    "read invitations": 1,
    "follow store": 2,
    "list an item": 1,
    "… with 6 variants": 2,
    "read product": 1,
    "list a category": 1,
    "list a store": 1,
    "query a product": 1,
    "change a price": 2,
    "propose a price": 3,  # the offer, and what was tried before, are of different hands
    "accept a price": 2,
    "receive first stock": 2,
    "receive stock": 2,
    "ask for 20 variants": 1,
    "reserve 3 lines": 2,
    "sell 3 lines": 2,
    "extend 3 lines": 2,
    "release 3 lines": 2,
    **search_cases.MAX_CALLS,
    **payments_cases.MAX_CALLS,
    **basket_cases.MAX_CALLS,
    **order_cases.MAX_CALLS,
    "hold credits": 1,
    "pay 2 sellers": 2,  # the hold is looked at
    "refund a part": 2,
    "freeze a sale": 2,
    "release a sale": 3,  # the sale, its journal, and whether the seller owes something
    "void a hold": 2,
    "ask for a withdrawal": 2,  # what is there, owed and asked for that day
    "agree to one": 3,  # the withdrawal, both persons, and under the condition that all of it is so
    "explain a commission": 1,
    "grant credits": 3,  # whether the person is there, the journal, and whether they owe something
}
# What a checkout writes is what limits a rush: of a line its shard and its movement, of a basket what is held and due.
MAX_WRITE_UNITS = {
    "list an item": 10,
    "reserve 3 lines": 18,
    "sell 3 lines": 16,
    "release 3 lines": 18,
    **search_cases.MAX_WRITE_UNITS,
    **basket_cases.MAX_WRITE_UNITS,
    **order_cases.MAX_WRITE_UNITS,
}
# A category's page reads tiles, of twenty goods as much as of one offer whole.
MAX_READ_UNITS = {"read product": 7, "list a category": 3}
# Of the median; the least beside it tells how much of that is the neighbours'.
MAX_CPU_MS = {
    "GET /v1/me": 2.0,
    "PATCH /v1/me": 4.0,
    "GET /v1/products/{address}": 2.0,
    "GET /v1/categories/{category_id}/products": 3.0,
}
MAX_P95_MS = {payments_live.TAKEN: payments_live.MAX_P95_MS}
ROUTE_OF = {
    "quote 3 lines": "POST /v1/basket/quote",
    "check out": "POST /v1/checkouts",
    "sign up": "POST /v1/sign-ups",
    "verify": "POST /v1/sign-ups/{sign_up_id}/verify",
    "sign in": "POST /v1/sessions",
    "ask for a code": "POST /v1/sign-in-codes",
    "sign in by code": "POST /v1/sign-in-codes/{code_id}/confirm",
    "authorizer": "admitted",
    "read profile": "GET /v1/me",
    "edit profile": "PATCH /v1/me",
    "sign out": "DELETE /v1/sessions/{session_id}",
    "… with 6 variants": "POST /v1/stores/{store_id}/items",
    "read product": "GET /v1/products/{address}",
    "list a category": "GET /v1/categories/{category_id}/products",
    "list a store": "GET /v1/stores/{store_id}/products",
    "query a product": "POST /v1/graphql/public",
    "ask for 20 variants": "GET /v1/availability",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--no-live", action="store_true", help="leave out what needs the local cloud: CPU and load")
    options = parser.parse_args()
    over: list[str] = []

    print(
        f"Import, CPU ms (budget: {imports.BUDGET} × resolver + validation + one client; payments {imports.PAYMENTS} ×)"
    )
    for module, (ms, ratio) in imports.ratios().items():
        print(f"  {module:<32}{ms:7.0f} ms  × {ratio:4.2f}{_verdict(over, module, ratio, imports.budget(module))}")

    cpu, loads = ({}, {}) if options.no_live else live.run()
    with contextlib.redirect_stdout(io.StringIO()):  # the functions' log lines
        costs = use_cases.all_use_cases()
        whole_order, times = order_cases.cpu()
    print(f"\nUse cases (AWS's prices of {prices.AS_OF}, mail left out)")
    print(f"  {'':<26}{'calls':>6}{'read':>6}{'write':>6}{'steps':>6}{'CPU ms':>8}{'least':>7}{'$ / 1,000':>11}")
    for name, counted in costs.items():
        steps = counted.transitions or ""
        route = ROUTE_OF.get(name, "")
        taken = whole_order if name == order_cases.WHOLE else cpu.get(route)
        cost = replace(counted, cpu_ms=taken.median_ms) if taken else counted
        median, least = (f"{taken.median_ms:.2f}", f"{taken.least_ms:.2f}") if taken else ("–", "–")
        print(
            f"  {name:<26}{len(cost.calls):>6}{cost.read_units:>6.0f}{cost.write_units:>6.0f}{steps:>6}"
            f"{median:>8}{least:>7}"
            f"{1000 * cost.dollars():>11.4f}{_verdict(over, name, len(cost.calls), MAX_CALLS.get(name))}"
            f"{_verdict(over, f'{name} read units', cost.read_units, MAX_READ_UNITS.get(name))}"
            f"{_verdict(over, f'{name} write units', cost.write_units, MAX_WRITE_UNITS.get(name))}"
            f"{_verdict(over, f'{name} steps', cost.transitions, order_cases.MAX_TRANSITIONS.get(name))}"
            f"{_verdict(over, f'{name} dollars', 1000 * cost.dollars(), order_cases.MAX_DOLLARS.get(name))}"
            f"{_verdict(over, f'{name} CPU', taken.median_ms, MAX_CPU_MS.get(route)) if taken else ''}"
        )
    print(f"  … in CPU × {times:.1f} of its {order_cases.AWS_CALLS} AWS calls alone", end="")
    print(_verdict(over, "CPU of an order", times, order_cases.MAX_CPU_TIMES))
    if loads:
        print("\nLoad through the edge on this machine (compare ratios, not absolute figures)")
    for name, load in loads.items():
        print(
            f"  {name:<28}{load.per_s:7.0f}/s   p50 {load.p50_ms:6.1f} ms   p95 {load.p95_ms:6.1f} ms"
            f"{_verdict(over, f'{name} failures', load.failed, 0)}"
            f"{_verdict(over, f'{name} p95', load.p95_ms, MAX_P95_MS.get(name))}"
        )
    print()
    if discovery.main():
        over.append("also bought against popularity")
    print(f"\n{'Over budget: ' + ', '.join(over) if over else 'Every budget holds.'}")
    return 1 if over else 0


def _verdict(over: list[str], what: str, measured: float, budget: float | None) -> str:
    if budget is None:
        return ""
    if measured <= budget:
        return "  ok"
    over.append(what)
    return f"  OVER {budget:g}"


if __name__ == "__main__":
    sys.exit(main())
