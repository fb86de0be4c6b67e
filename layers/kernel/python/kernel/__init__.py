"""What every domain shares and no domain owns: money, time, ids, tables, events, HTTP, permissions. It knows no domain nouns."""
