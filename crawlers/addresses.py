"""One canonical address per page, and whether two addresses are of one site."""

import ipaddress
from urllib.parse import urljoin, urlsplit

from courlan import clean_url, extract_domain
from w3lib.url import canonicalize_url

from crawlers.persons import without_handle


def canonical(url: str, base: str = "") -> str:
    """The address that stands for a page: absolute, without tracking, fragment and handle; "" where there is none."""
    absolute = urljoin(base, url.strip()) if base else url.strip()
    parts = urlsplit(absolute)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    cleaned = clean_url(absolute) or absolute
    return without_handle(str(canonicalize_url(cleaned)))


def site(url: str) -> str:
    """What an address belongs to: its registered domain; on a host that is a number, the first folder as well."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return str(extract_domain(url) or host)
    return f"{parts.netloc}/{parts.path.strip('/').split('/')[0]}"  # several publishers share a number in folders


def host(url: str) -> str:
    """The host of an address, in lower case; "" where there is none."""
    return urlsplit(url).hostname or ""
