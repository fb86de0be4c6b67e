"""What Stripe remembers: every object as its document, in one file that survives whatever happens to the process."""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.stripe.wire import Document

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TABLES = """
CREATE TABLE IF NOT EXISTS objects (
    account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (account, kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS in_order ON objects (account, kind, seq);
CREATE INDEX IF NOT EXISTS by_id ON objects (id);
CREATE INDEX IF NOT EXISTS of_charge ON objects (account, kind, json_extract(body, '$.charge'), seq);
CREATE INDEX IF NOT EXISTS of_customer ON objects (account, kind, json_extract(body, '$.customer'), seq);
CREATE INDEX IF NOT EXISTS of_intent ON objects (account, kind, json_extract(body, '$.payment_intent'), seq);
CREATE INDEX IF NOT EXISTS due ON objects (json_extract(body, '$.at')) WHERE kind = 'due';
CREATE INDEX IF NOT EXISTS waiting ON objects (json_extract(body, '$.status'), seq) WHERE kind = 'delivery';
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
COMPARED = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
PLATFORM = ""  # the account whose keys are used, where no other is named


class State:
    """`add` and `save` write a document; whatever was read is a copy, so nothing changes by being looked at.

    One request is one transaction: a killed process has done all of it or nothing.
    """

    def __init__(self, path: Path | None = None, seed: str = "") -> None:
        self.lock = threading.RLock()
        self._deep = 0
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")  # a power cut may lose the last moments, a kill -9 nothing
        self._db.executescript(TABLES)
        self._seed = self.note("seed") or seed or secrets.token_hex(16)
        self.remember("seed", self._seed)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One within another is undone alone."""
        with self.lock:
            self._deep += 1
            mark = f"mark_{self._deep}"
            self._db.execute("BEGIN IMMEDIATE" if self._deep == 1 else f"SAVEPOINT {mark}")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK" if self._deep == 1 else f"ROLLBACK TO {mark}")
                raise
            else:
                self._db.execute("COMMIT" if self._deep == 1 else f"RELEASE {mark}")
            finally:
                self._deep -= 1

    # -- notes of the stand-in's own

    def note(self, name: str) -> str:
        with self.lock:
            row = self._db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def remember(self, name: str, value: str) -> None:
        with self.lock:
            self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

    def next(self, name: str = "seq") -> int:
        with self.lock:
            number = int(self.note(name) or 0) + 1
            self.remember(name, str(number))
        return number

    def drawn(self, length: int) -> str:
        """Looks random, and is the same in every run with the same seed: a failed test can be run again."""
        number = int.from_bytes(hashlib.sha512(f"{self._seed}/{self.next('drawn')}".encode()).digest(), "big")
        text = ""
        while len(text) < length:
            number, rest = divmod(number, len(ALPHABET))
            text += ALPHABET[rest]
        return text

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_1{self.drawn(23)}"

    # -- objects

    def add(self, body: Document, account: str = PLATFORM, kind: str = "") -> Document:
        row = (account, kind or body["object"], body["id"], self.next(), json.dumps(body, separators=(",", ":")))
        self._db.execute("INSERT INTO objects VALUES (?, ?, ?, ?, ?)", row)
        return body

    def save(self, body: Document, account: str = PLATFORM, kind: str = "") -> Document:
        row = (json.dumps(body, separators=(",", ":")), account, kind or body["object"], body["id"])
        changed = self._db.execute("UPDATE objects SET body = ? WHERE account = ? AND kind = ? AND id = ?", row)
        if changed.rowcount != 1:
            raise LookupError(f"{row[2]} {row[3]} of {account or 'the platform'} was never added")
        return body

    def remove(self, kind: str, id: str, account: str = PLATFORM) -> None:
        self._db.execute("DELETE FROM objects WHERE account = ? AND kind = ? AND id = ?", (account, kind, id))

    def get(self, kind: str, id: str, account: str = PLATFORM) -> Document | None:
        where = "SELECT body FROM objects WHERE account = ? AND kind = ? AND id = ?"
        return self._one(where, (account, kind, id))

    def any(self, id: str, account: str = PLATFORM) -> Document | None:
        """Whatever has this id, as far as this account may see it."""
        return self._one("SELECT body FROM objects WHERE id = ? AND account = ?", (id, account))

    def anywhere(self, kind: str, id: str) -> tuple[str, Document] | None:
        """With the account it belongs to: for people at a page, who name the thing and not the account."""
        row = self._db.execute("SELECT account, body FROM objects WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def wherever(self, id: str) -> tuple[str, Document] | None:
        row = self._db.execute("SELECT account, body FROM objects WHERE id = ? ORDER BY account", (id,)).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def find(self, kind: str, account: str | None = PLATFORM, **equal: Any) -> list[Document]:
        """Newest first. `account=None`: everybody's. A name with two underscores leads into the object."""
        return [body for _, body in self.rows(kind, account, **equal)]

    def rows(self, kind: str, account: str | None = PLATFORM, **equal: Any) -> list[tuple[int, Document]]:
        where = ["kind = ?"]
        values: list[Any] = [kind]
        if account is not None:
            where.append("account = ?")
            values.append(account)
        for name, value in equal.items():
            where.append(f"json_extract(body, '$.{name.replace('__', '.')}') IS ?")
            values.append(int(value) if isinstance(value, bool) else value)
        asked = f"SELECT seq, body FROM objects WHERE {' AND '.join(where)} ORDER BY seq DESC"  # nosec B608 - names are our own, values are bound
        with self.lock:
            return [(seq, json.loads(body)) for seq, body in self._db.execute(asked, values)]

    def page(
        self, kind: str, account: str, limit: int, after: str = "", before: str = "", created: Any = None, **equal: Any
    ) -> tuple[list[Document], bool] | None:
        """Newest first, and whether there are more; None where the cursor is unknown."""
        where = ["account = ?", "kind = ?"]
        values: list[Any] = [account, kind]
        for name, value in equal.items():
            where.append(f"json_extract(body, '$.{name.replace('__', '.')}') IS ?")
            values.append(value)
        for how, moment in ({"eq": created} if isinstance(created, int) else created or {}).items():
            where.append(f"json_extract(body, '$.created') {COMPARED[how]} ?")
            values.append(moment)
        if cursor := after or before:
            seq = self._seq(kind, cursor, account)
            if seq is None:
                return None
            where.append("seq < ?" if after else "seq > ?")
            values.append(seq)
        order = "ASC" if before else "DESC"
        asked = f"SELECT body FROM objects WHERE {' AND '.join(where)} ORDER BY seq {order} LIMIT ?"  # nosec B608 - names are our own, values are bound
        with self.lock:
            found = [json.loads(body) for (body,) in self._db.execute(asked, [*values, limit + 1])]
        page = found[:limit]
        return (page[::-1] if before else page), len(found) > limit

    def _seq(self, kind: str, id: str, account: str) -> int | None:
        asked = "SELECT seq FROM objects WHERE account = ? AND kind = ? AND id = ?"
        with self.lock:
            row = self._db.execute(asked, (account, kind, id)).fetchone()
        return row[0] if row else None

    def waiting(self, until: int, most: int) -> list[Document]:
        """Deliveries whose time has come, oldest first."""
        asked = (
            "SELECT body FROM objects WHERE kind = 'delivery' AND json_extract(body, '$.status') = 'waiting' "
            "AND json_extract(body, '$.at') <= ? ORDER BY seq LIMIT ?"
        )
        with self.lock:
            return [json.loads(body) for (body,) in self._db.execute(asked, (until, most))]

    def first_due(self, until: int) -> tuple[str, Document] | None:
        """What is to happen next, and in whose account."""
        asked = (
            "SELECT account, body FROM objects WHERE kind = 'due' AND json_extract(body, '$.at') <= ? "
            "ORDER BY json_extract(body, '$.at'), seq LIMIT 1"
        )
        with self.lock:
            row = self._db.execute(asked, (until,)).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def _one(self, asked: str, values: tuple[str, ...]) -> Document | None:
        with self.lock:
            row = self._db.execute(asked, values).fetchone()
        return json.loads(row[0]) if row else None
