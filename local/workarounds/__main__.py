"""MiniStack with its gaps closed: what the launcher starts, on MiniStack's own interpreter."""

import os
import signal
import sys
import threading

from local.workarounds import WORKAROUNDS


def _stop_with_the_launcher() -> None:
    """The launcher holds the other end of our input. Should it be killed, we stop as asked, and save our state."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    without = os.environ.pop("LAPTOP_WITHOUT", "").split(",")  # how the tests ask whether a gap is still there
    _stop_with_the_launcher()
    for close_gap in WORKAROUNDS:
        if close_gap.__name__ not in without:
            close_gap()
    from ministack.app import main as serve
    from ministack.core import lambda_runtime

    try:
        serve()
    finally:
        lambda_runtime.reset()  # it leaves its functions running, each until it notices


if __name__ == "__main__":
    main()
