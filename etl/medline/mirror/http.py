"""Talking to servers: one HTTP client, one way to try again. What is fetched, and from where, other modules know.

httpx2 and tenacity are imported once a server is asked: most steps ask none, and the two cost a tenth of a second.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, BinaryIO

from medline.errors import NetworkError, UsageError
from medline.home.locks import Slots
from medline.progress import stopping
from medline.settings import Settings
from medline.urls import shown

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState, Retrying

logging.getLogger("httpx2").setLevel(logging.WARNING)  # it logs every URL, and there are thousands

log = logging.getLogger(__name__)

#: Answers after which the same request may succeed; 421 is a connection that NLM's balancer sent to the wrong server.
PASSING = {408, 421, 425, 429, 500, 502, 503, 504}

#: Seconds: no pause is longer, whatever the server asks for.
LONGEST_PAUSE = 60.0


#: Bytes a second: a transfer that is slower after its first minute counts as stalled.
SLOWEST = 2_000


#: What a person may do while tries fail.
ADVICE = "Check the network and the server's news, or stop: the same command goes on where it was"

STOPPED = "the process ends"


class _TryAgain(NetworkError):
    """An answer that a later try may better. `pause`: seconds that the server asked for."""

    def __init__(self, message: str, pause: float = 0.0) -> None:
        self.pause = pause
        super().__init__(message)


def directory_url(url: str) -> str:
    """A URL with the slash at its end that names are joined to.

    Raises:
        UsageError: it is no http(s) URL.
    """
    import httpx2

    try:
        parsed, name = httpx2.URL(url), shown(url)
        host = parsed.host
    except (httpx2.InvalidURL, ValueError):
        raise UsageError(
            "what was given is no http(s) URL; it is not repeated here, for it may hold a password"
        ) from None
    if parsed.scheme not in ("http", "https") or not host:
        raise UsageError(f"{name}: not an http(s) URL")
    return url if url.endswith("/") else f"{url}/"


def client(network: Settings, slots: Slots | None = None) -> httpx2.Client:
    """A client that says who it is, keeps its connections, and follows no redirect: a mirror is named, not found.

    Args:
        slots: that other processes share, see `Home.connections`.
    """
    import httpx2

    from medline.mirror.transport import Transport

    contact = f" (mailto:{network.contact})" if network.contact else ""
    return httpx2.Client(
        headers={
            "User-Agent": f"medline-warehouse/{version('medline-warehouse')}{contact}",
            "Accept-Encoding": "identity",  # a .gz must come as it lies there
        },
        timeout=httpx2.Timeout(network.timeout, pool=None),
        transport=Transport(network.timeout, network.connections, slots),
        event_hooks={"response": [_keep_location]},
    )


def retrying(network: Settings) -> Retrying:
    """Tries of one request: `for attempt in retrying(network): with attempt: …`. The last error is raised as it is."""
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt
    from tenacity.wait import wait_exponential_jitter

    back_off = wait_exponential_jitter(multiplier=network.backoff, max=LONGEST_PAUSE, jitter=network.backoff)

    def raised(state: RetryCallState) -> BaseException | None:
        return state.outcome.exception() if state.outcome else None

    def pause(state: RetryCallState) -> float:
        asked = getattr(raised(state), "pause", 0.0)
        return max(back_off(state), min(asked, LONGEST_PAUSE))

    def announce(state: RetryCallState) -> None:
        """Log that another try follows; from the second error on, as a warning that says what may be done."""
        seen = raised(state), state.attempt_number + 1, network.attempts
        if state.attempt_number < 2:
            log.info("%s; try %d of %d follows", *seen)
        else:
            wait = state.next_action.sleep if state.next_action else 0.0
            log.warning("%s; try %d of %d follows in %.0f s. %s", *seen, wait, ADVICE)

    return Retrying(
        retry=retry_if_exception_type(_TryAgain),
        stop=stop_after_attempt(network.attempts),
        wait=pause,
        before_sleep=announce,
        sleep=_pause,
        reraise=True,
    )


def _pause(seconds: float) -> None:
    """Wait before the next try, unless the process is to end."""
    if stopping.wait(seconds):
        raise NetworkError(STOPPED)


def try_again(message: str) -> NetworkError:
    """An error that `retrying` answers with another try."""
    return _TryAgain(message)


@contextmanager
def answer(client: httpx2.Client, method: str, url: str, **options) -> Iterator[httpx2.Response]:
    """The answer to one request, its body not read yet; also errors while it is read become NetworkErrors.

    Args:
        options: see `httpx2.Client.stream`.

    Raises:
        NetworkError: no answer, or none of 200 and 206 (416 is let through: the caller asked for a range).
    """
    import httpx2

    name = shown(url)
    try:
        with client.stream(method, url, **options) as response:
            _check_status(response, name)
            yield response
    except httpx2.TransportError as error:
        raise _TryAgain(f"{name}: {str(error) or type(error).__name__}") from error


def fetched(client: httpx2.Client, method: str, url: str, most: int, **options) -> bytes:
    """The whole body of an answer.

    Args:
        most: bytes that it may have.

    Raises:
        NetworkError: as `answer`; or it is larger.
    """
    body = bytearray()
    with answer(client, method, url, **options) as response:
        for piece in pieces(response):
            body += piece
            if len(body) > most:
                raise NetworkError(f"{shown(url)}: more than {most:,} bytes, where few were asked for")
    return bytes(body)


def pieces(response: httpx2.Response) -> Iterator[bytes]:
    """The body of an answer as it comes: what waited to be a larger piece would be lost with the connection.

    Raises:
        NetworkError: it comes too slowly.
    """
    started = time.monotonic()
    stream = response.extensions["network_stream"]
    stream.begin()
    for piece in response.iter_raw():
        if stopping.is_set():
            raise NetworkError(STOPPED)
        yield piece
        stream.begin()
        seconds = time.monotonic() - started
        if seconds > 60 and response.num_bytes_downloaded < SLOWEST * seconds:
            progress = f"{response.num_bytes_downloaded:,} bytes in {seconds:.0f} s"
            raise _TryAgain(f"{shown(str(response.url))}: {progress}")


def download(
    client: httpx2.Client, url: str, out: BinaryIO, most: int, count: Callable[[int], object] = lambda size: None
) -> None:
    """Get what a file lacks of an answer's body; all of it, where the server gives no ranges.

    Args:
        out: opened to append.
        most: bytes that the whole may have.
        count: called with the bytes of each piece.

    Raises:
        NetworkError: as `answer`; or it is larger.
    """
    size = out.seek(0, os.SEEK_END)
    headers = {"Range": f"bytes={size}-"} if size else {}
    with answer(client, "GET", url, headers=headers) as response:
        if response.status_code == 416:
            return  # nothing beyond what is here: the caller checks the whole
        if size and not response.headers.get("Content-Range", "").startswith(f"bytes {size}-"):
            out.truncate(0)
            out.seek(0)  # else `tell` counts what was there
        for piece in pieces(response):
            out.write(piece)
            count(len(piece))
            if out.tell() > most:
                out.truncate(0)
                raise NetworkError(f"{shown(url)}: more than {most:,} bytes: no such file is so large")
        out.flush()


def _keep_location(response: httpx2.Response) -> None:
    """Keep from httpx2 where an answer sends on to: it reads it without following it, and fails where it is no URL."""
    response.extensions["location"] = response.headers.pop("Location", "")


def _check_status(response: httpx2.Response, name: str) -> None:
    status = response.status_code
    if status in (200, 206, 416):
        return
    if status in PASSING:
        after = response.headers.get("Retry-After", "")
        raise _TryAgain(f"{name}: HTTP {status}", float(after) if after.isdecimal() else 0.0)
    if response.is_redirect:
        try:
            location = shown(response.extensions["location"])
        except ValueError:
            raise NetworkError(f"{name}: sends on to what is no URL") from None
        raise NetworkError(f"{name}: sends on to {location}; name that one")
    raise NetworkError(f"{name}: HTTP {status}")
