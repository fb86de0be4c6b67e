"""Fetches the OpenSearch server that tests ask for: `make setup-opensearch`."""

import sys

from tools.opensearch import jars


def main(arguments: list[str]) -> None:
    try:
        if arguments == ["--write-hashes"]:
            jars.write_hashes()
        elif not jars.complete():
            print("Fetching an OpenSearch server for the tests (first time, or its version changed)", flush=True)
            jars.fetch()
    except jars.NotFetched as why:
        print(f"Without a real OpenSearch, whose tests are skipped: {why}")


if __name__ == "__main__":
    main(sys.argv[1:])
