"""HTML, feed entry, JSON object -> text, date, canonical URL; pure, with a pool of processes round it."""

from crawlers.addresses import host
from crawlers.pages.files import Reject, extract_file, extract_folder
from crawlers.pages.page import Page, Unreadable
from crawlers.pages.pool import read_many
from crawlers.pages.read import read

__all__ = ["Page", "Reject", "Unreadable", "extract_file", "extract_folder", "host", "read", "read_many"]
