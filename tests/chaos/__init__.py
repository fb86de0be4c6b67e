"""Fault injection over unchanged production code: four layers, one checker, planted bugs that prove the harness."""
