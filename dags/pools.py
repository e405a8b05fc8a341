"""One-slot pools, made once at set-up, to which hosts are hashed: no host is ever asked twice at once.

`python -m dags.pools` makes them; a new source needs no new pool.
"""

import json
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from urllib.parse import urlsplit

POOLS = 32  # with 100 hosts some share a pool and wait for each other, which four tasks at a time hardly notice


def pool_of(url: str) -> str:
    """The pool of a source's host; the same in every process and on every machine."""
    host = urlsplit(url).hostname or ""  # "" is a drop folder: nothing is asked over the network
    return f"host_{zlib.crc32(host.encode()) % POOLS:02}"


def make() -> None:
    """Create or reset all pools in Airflow's database."""
    pools = {
        f"host_{number:02}": {"slots": 1, "description": "one host at a time", "include_deferred": True}
        for number in range(POOLS)
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pools.json"
        path.write_text(json.dumps(pools), encoding="utf-8")
        airflow = Path(sys.executable).with_name("airflow")
        subprocess.run([str(airflow), "pools", "import", str(path)], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    make()
