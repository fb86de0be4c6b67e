"""python -m tools.contracts: write the contracts; with --check only say what has drifted."""

import sys

from tools.contracts import ContractError, domains, drift, generated, write


def main(arguments: list[str]) -> int:
    try:
        files = generated(domains())
    except ContractError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        found = list(drift(files))
        print("\n".join(found) or "Every contract says what the code says.")
        return 1 if found else 0
    for path in write(files):
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
