"""The memory of a crawl's own process: the kernel's peak includes what the parent held, models and all."""

import os
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

STATM = Path("/proc/self/statm")


class OwnMemory(MemoryUsage):
    """Scrapy's limit, on what is resident now where the kernel tells (Linux), else on the peak as Scrapy does."""

    def get_virtual_size(self) -> int:
        """Bytes."""
        if not STATM.is_file():
            return super().get_virtual_size()
        return int(STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
