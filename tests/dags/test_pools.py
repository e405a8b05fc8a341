"""One-slot pools to which hosts are hashed."""

import subprocess
import sys

from dags.pools import POOLS, pool_of


def test_same_host_same_pool() -> None:
    """Two sources of one host share a pool whatever their path, port or letter case, so they never run at once."""
    same = {pool_of("https://www.paper.example/rss"), pool_of("https://WWW.paper.example:443/news/rss/")}
    assert len(same) == 1


def test_hosts_spread() -> None:
    """A hundred hosts fill most of the pools, and each pool's name is one that set-up makes."""
    used = {pool_of(f"https://council{number}.example/feed") for number in range(100)}
    assert used <= {f"host_{number:02}" for number in range(POOLS)}
    assert len(used) > POOLS * 0.8


def test_stable_between_processes() -> None:
    """The pool of a host does not depend on the process that computes it (Python's own hash would)."""
    url = "https://www.paper.example/rss"
    code = f"from dags.pools import pool_of; print(pool_of({url!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == pool_of(url)
