"""What every domain shares and no domain owns: money, time, ids, tables, events, HTTP, access. No domain nouns."""
