"""`make stripe-setup STAGE=dev`: registers the stage's webhook endpoints at Stripe, then checks the whole set-up."""

import argparse
import sys

from functions.payments.rules import set_up
from tools.stripe_setup import checks, endpoints
from tools.stripe_setup.place import Place


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make stripe-setup", description=__doc__)
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--check", action="store_true", help="look only: change nothing, neither here nor at Stripe")
    given = parser.parse_args(arguments)

    import boto3  # here: asking how this works needs no AWS

    place = Place(given.stage, boto3.client("ssm"), boto3.client("secretsmanager"))
    if not set_up.is_begun(place.keys()):
        print("Payments have no key of Stripe's yet: docs/going-live.md says where it goes.")
        return 1
    if not given.check:
        register(place)
    found = checks.faults(place)
    for fault in found:
        print(f"FAIL {fault}")
    if not found:
        print("ok   Stripe and Metco know each other.")
    return 1 if found else 0


def register(place: Place) -> None:
    """Nothing is changed at an account whose key is for the other kind of money."""
    if wrong := [fault for fault in set_up.faults(place.said(), place.keys()) if "webhook_secret" not in fault]:
        raise SystemExit("\n".join(f"FAIL {fault}" for fault in wrong))
    for name, secret in endpoints.register(checks.client_of(place), place.stage, place.site(), place.keys()).items():
        place.keep(**{name: secret})
        print(f"ok   {name} is kept, and known to nobody else")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
