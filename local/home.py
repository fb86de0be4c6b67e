"""Where the laptop's Metco keeps its things, and how it says that something is wrong."""

import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".local"
STAGE = "local"
REGION = "eu-west-1"
ACCOUNT = "000000000000"
LOCALHOST = "127.0.0.1"


class Problem(Exception):
    """Something a person has to do first: one sentence that says what happened and what to do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port whose last connections are ending is free
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
        return True


def kept_port(folder: Path) -> int:
    """The same from one start to the next while it is free: functions keep an address for half a minute."""
    kept = folder / "port"
    port = int(kept.read_text()) if kept.exists() else 0
    port = port if port and is_free(port) else free_port()
    kept.write_text(str(port))
    return port
