"""Builds stripe-mock where there is a Go to build it with: `make setup-stripe-mock`."""

from tools.stripe_mock import binary


def main() -> None:
    try:
        if not binary.complete():
            print("Building Stripe's own mock for the tests (first time, or its version changed)", flush=True)
            binary.build()
    except binary.NotBuilt as why:
        print(f"Without stripe-mock, whose tests are skipped: {why}")


if __name__ == "__main__":
    main()
