"""In which shard of the platform's accounts a journal is written: a retry always comes upon the same one."""

import zlib


def shard_of(journal_id: str, count: int) -> int:
    """All accounts of a journal lie in the shard of one number. Rivals rarely meet, and a balance is a sum over all."""
    return zlib.crc32(journal_id.encode()) % count
