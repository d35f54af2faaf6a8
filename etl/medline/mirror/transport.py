"""The connections of the HTTP client, each with a limit on how long a head, or a piece of a body, may take in all.

The time-outs of httpx2 and httpcore2 hold for each read alone: a server that sends a byte now and then is never given
up. `Transport` is httpx2's way in, `NetworkBackend` and `NetworkStream` are httpcore2's; an answer's stream is its
extension `network_stream`. Proxies are those of the environment, as urllib reads it.
"""

from __future__ import annotations

import math
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2
from httpcore2 import ConnectionPool

from medline.errors import UsageError
from medline.home.locks import Slots

#: Time-outs that the head of an answer may take in all, and so what comes before each piece of its body.
PATIENCE = 2


class Stream(httpcore2.NetworkStream):
    """A connection that gives an answer up which comes, but never to the end of its head or of a piece.

    Args:
        stream: the connection.
        patience: seconds that a head, or a piece, may take.
    """

    def __init__(self, stream: httpcore2.NetworkStream, patience: float) -> None:
        self._stream, self._patience, self._until = stream, patience, math.inf

    def begin(self) -> None:
        """Start the time anew: a request is sent, or a piece has come."""
        self._until = time.monotonic() + self._patience

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if time.monotonic() > self._until:
            raise httpcore2.ReadTimeout(f"neither a whole head nor a piece of the body came in {self._patience:g} s")
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)
        self.begin()

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        return Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._patience)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    """Opens connections of this class."""

    def __init__(self, patience: float) -> None:
        self._sockets, self._patience = httpcore2.SyncBackend(), patience

    def connect_tcp(self, *where: Any, **options: Any) -> Stream:
        return Stream(self._sockets.connect_tcp(*where, **options), self._patience)


class Transport(httpx2.BaseTransport):
    """Sends requests over such connections, and keeps those.

    Args:
        timeout: seconds of one read.
        connections: to keep, and open at a time.
        slots: shared with other processes; each transfer has one of them. None for no such limit.
    """

    def __init__(self, timeout: float, connections: int, slots: Slots | None = None) -> None:
        self._slots = slots
        self._options: dict[str, Any] = {
            "ssl_context": httpx2.create_ssl_context(),
            "max_connections": connections,
            "max_keepalive_connections": connections,
            "network_backend": _Backend(PATIENCE * timeout),
        }
        self._pools: dict[str, ConnectionPool] = {}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        assert isinstance(request.stream, httpx2.SyncByteStream), "the client is not an async one"
        with ExitStack() as slot, _errors_of_httpx2():
            if self._slots:
                slot.enter_context(self._slots.take())
            response = self._pool(url).handle_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
            assert isinstance(response.stream, Iterable), "as above"
            body = _Body(response, slot.pop_all())
        return httpx2.Response(response.status, headers=response.headers, stream=body, extensions=response.extensions)

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()

    def _pool(self, url: httpx2.URL) -> ConnectionPool:
        proxy = _proxy(url)
        if proxy not in self._pools:
            made = ConnectionPool(**self._options, proxy=_read_proxy(proxy) if proxy else None)
            self._pools.setdefault(proxy, made)  # of two threads the first one counts
        return self._pools[proxy]


class _Body(httpx2.SyncByteStream):
    """The body of an answer, and the slot that its transfer takes."""

    def __init__(self, response: httpcore2.Response, slot: ExitStack) -> None:
        self._response, self._slot = response, slot

    def __iter__(self) -> Iterator[bytes]:
        with _errors_of_httpx2():
            yield from self._response.iter_stream()

    def close(self) -> None:
        with self._slot:
            self._response.close()


def _proxy(url: httpx2.URL) -> str:
    """Return the proxy of a URL; '' where it has none."""
    if proxy_bypass(url.host):
        return ""
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all", "")


def _read_proxy(text: str) -> httpcore2.Proxy:
    """Read what the environment says, `host:3128` or a URL with a password in it.

    Raises:
        UsageError: it is no HTTP proxy.
    """
    try:
        proxy = httpx2.Proxy(text if "://" in text else f"http://{text}")
        made = httpcore2.Proxy(str(proxy.url), auth=proxy.raw_auth)
        is_http = proxy.url.scheme in ("http", "https") and bool(proxy.url.host)
    except (httpx2.InvalidURL, ValueError):  # of a port, or of a host that is no name
        is_http = False
    if not is_http:
        raise UsageError(
            "the proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names is none of http:// or https://;"
            " it is not repeated here, for it may hold a password"
        )
    return made


@contextmanager
def _errors_of_httpx2() -> Iterator[None]:
    """Raise the errors of httpcore2 as those of httpx2, which have the same names."""
    try:
        yield
    except (
        httpcore2.TimeoutException,
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        httpcore2.ProxyError,
        httpcore2.UnsupportedProtocol,
    ) as error:
        raise getattr(httpx2, type(error).__name__)(str(error)) from error
    except UnicodeError as error:
        raise httpx2.ConnectError(f"a host that is no name: {error}") from error
