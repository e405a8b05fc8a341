"""Keeps the crawler on the public internet: addresses that are not public are refused before and after DNS."""

import ipaddress
import socket
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import DNSLookupError

from crawlers.persons import leads_to_person

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses in IPv6 clothes, private ones too
REFUSED_NAMES: set[str] = set()  # host names that led to addresses not public; one process makes one crawl


class RefusedAddress(IgnoreRequest):
    """The address is not one the crawler goes to."""


def literal(host: str) -> Address | None:
    """The number a host is written as, in any spelling a resolver understands; None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433, 0177.0.0.1
    except (OSError, UnicodeEncodeError):
        return None


def is_public(address: Address) -> bool:
    """Whether an address, and the IPv4 address wrapped in it, is on the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None and not is_public(wrapped):
            return False
    return address.is_global and not address.is_multicast


def fault(url: str, loopback: frozenset[str]) -> str:
    """Why an address is refused, "" where it is not; `loopback` holds the host:port pairs that are allowed by hand."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "it cannot be read"
    if parts.scheme not in {"http", "https"}:
        return f"{parts.scheme or 'no'} scheme"
    if parts.username or parts.password:
        return "it holds a password"
    if f"{host}:{port or (443 if parts.scheme == 'https' else 80)}" in loopback:
        return ""
    number = literal(host)
    if number is None:
        return "" if "." in host.strip(".") else "its host is no public name"
    if str(number) != host.strip("[]"):
        return "its host is a number in disguise"
    return "" if is_public(number) else "its host is not public"


class Guard:
    """Downloader middleware that sees every request first, those of redirects and robots.txt too."""

    def __init__(self, loopback: frozenset[str]) -> None:
        self.loopback = loopback

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one."""
        return cls(frozenset(crawler.settings.getlist("LOOPBACK")))

    def process_request(self, request: Request) -> None:
        """Let a request through or refuse it; where a redirect leads was not judged before."""
        redirected = "redirect_urls" in request.meta
        reason = fault(request.url, self.loopback) or (leads_to_person(request.url) if redirected else "")
        if reason:
            raise RefusedAddress(reason)


class GuardedResolver(CachingThreadedResolver):
    """DNS whose answers must be public, so that a name cannot lead where a number may not. IPv4 only, like its base."""

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """The address of a name, or a lookup error where it is not public; Guard has judged numbers."""
        if literal(name) is not None:
            return succeed(name)
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        number = literal(address)
        if number is None or not is_public(number):
            REFUSED_NAMES.add(name)
            raise DNSLookupError(f"{name} is not a public name")
        return address
