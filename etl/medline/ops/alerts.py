"""Telling people that something needs them: a JSON object, POSTed to the webhook that MEDLINE_WEBHOOK names.

What failed is told as it fails (`failed`), what goes wrong in silence once a day (`watch`). What was sent is a line of
`<home>/alerts.jsonl`. An alert never makes a run fail.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

import duckdb
import httpx

from medline import settings
from medline.errors import BadInput, CheckFailed, DiskFull, MedlineError, MissingDump, NetworkError, UsageError
from medline.home import AnyHome, Home, open_home
from medline.home import shown as home_name
from medline.mirror.http import PASSING, client, retrying, try_again
from medline.plan import make_plan
from medline.urls import shown
from medline.warehouse import contents, database, runs, versions

log = logging.getLogger(__name__)

#: Hosts that plain HTTP may go to: what is posted stays on the machine.
LOOPBACK = ("127.0.0.1", "::1", "localhost")

#: A run waits no longer than this for a webhook, each try, and tries no more often.
SECONDS, TRIES = 10.0, 3

#: A run without an end counts as killed after this.
LONG = timedelta(days=1)

#: Characters of an error that are told: it may repeat a value of a file.
LONGEST = 1_000

#: What to do, by error; the runbook has a section for each.
ADVICE = (
    (CheckFailed, "readers keep the version before; see 'A failed check' in docs/operate/runbook.md"),
    (DiskFull, "make room and run it again; see 'A full disk' in docs/operate/runbook.md"),
    (MissingDump, "get the missing file; see 'Backfill' in docs/operate/runbook.md"),
    (BadInput, "later dumps wait for this file; see 'A poisoned file' in docs/operate/runbook.md"),
    (NetworkError, "the next run tries again; if this goes on, see whether the mirror answers"),
    (Exception, "see the log of the run"),
)


@dataclass(frozen=True)
class Alert:
    """What is told.

    Attributes:
        reason: failed run, failed checks, stale data or schema drift.
        home: the warehouse, without a password that its URL may have.
        newest_dump: that readers see; '' where there is none.
        detail: what happened.
        advice: what to do.
        about: what it is about; of the same things nothing is told again. Empty: it is told each time.
        at: when, ISO 8601, UTC.
    """

    reason: str
    home: str
    newest_dump: str
    detail: str
    advice: str
    about: Sequence[str] = ()
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def text(self) -> str:
        """All of it in a line. Chats read <…> as links and calls; what a file says must not become one."""
        where = f"{self.home}, newest dump {self.newest_dump or 'none'}"
        line = f"medline: {self.reason}: {self.detail}. {self.advice}. ({where})"
        return " ".join(line.split()).replace("<", "‹").replace(">", "›")


def failed(home: AnyHome, error: BaseException | str, where: str = "") -> None:
    """Tell of a run that failed, unless that of the same place was told.

    Args:
        where: DAG, run and task; '' for a run of the command line.
    """
    if not settings.read().webhook:
        return
    reason = "failed checks" if isinstance(error, CheckFailed) else "failed run"
    kind = "" if isinstance(error, MedlineError | str) else f"{type(error).__name__}: "
    advice = next((told for type_, told in ADVICE if isinstance(error, type_)), ADVICE[-1][1])
    detail = f"{where}: {kind}{error}" if where else f"{kind}{error}"
    try:
        with ExitStack() as stack:
            directory = None
            with suppress(Exception):  # the home itself may be the trouble
                directory = stack.enter_context(open_home(home, "warehouse", "journals"))
            _send(directory, _alert(directory or home, reason, detail[:LONGEST], advice, [where] if where else []))
    except Exception as problem:  # whatever it is: the error of the run is what counts
        log.warning("an alert could not be sent: %s", problem)


def watch(mirror: str, home: AnyHome) -> tuple[list[Alert], int]:
    """Tell of stale data, of elements that the schema does not know, and of a failed run that could not be told.

    Returns:
        What there is to tell, and how much of it could not be sent. Without a webhook nothing is sent.

    Raises:
        UsageError: the webhook is none, or the mirror.
    """
    _webhook()
    unsent = 0
    with open_home(home, "dumps", "lake", "warehouse", "journals") as home:
        found = [alert for alert in (_untold(home), _stale(mirror, home), _drift(home)) if alert]
        for alert in found:
            try:
                _send(home, alert)
            except MedlineError as problem:
                unsent += 1
                log.warning("an alert could not be sent: %s", problem)
    return found, unsent


def _untold(home: Home) -> Alert | None:
    """The last run failed, or was killed, and nobody was told since: the webhook did not answer, or nothing could."""
    run = runs.last(home)
    sent = max((alert["at"] for alert in _sent(home)), default="")
    if not run or run.get("ended", "failed") != "failed" or sent[:19] >= run["started_at"][:19]:  # both to the second
        return None
    if "ended" not in run and datetime.now(UTC) - datetime.fromisoformat(run["started_at"]) < LONG:
        return None
    outcome = run.get("outcome", "it has no end: it was killed, or lasts very long")
    return _alert(home, "failed run", f"{run['what']} of {run['started_at'][:16]}: {outcome}"[:LONGEST], ADVICE[-1][1])


def _stale(mirror: str, home: Home) -> Alert | None:
    """Nothing was published for some days, although the mirror has what could be, or does not answer."""
    times = [datetime.fromisoformat(run["started_at"]) for run in _updates(home)]
    days = (datetime.now(UTC) - max(times)).total_seconds() / 86_400 if times else 0.0
    if not times or days < settings.read().stale_days:
        return None
    age = f"no update for {days:.0f} days"
    advice = "see `medline status`, and 'Stale data' in docs/operate/runbook.md"
    try:
        listed = [item.name for item in make_plan(mirror, home).sources if not item.is_export]
    except NetworkError as error:
        return _alert(home, "stale data", f"{age}, and the mirror does not answer: {error}", advice)
    held = contents.published_contents(home).sources
    lacking = [name for name in listed if name not in held]
    if not lacking:
        return None
    told = f"{age}, while the mirror has {len(lacking)} files that are not published, {lacking[0]} the first"
    return _alert(home, "stale data", told, advice)


def _updates(home: Home) -> list[dict]:
    """The runs that published dumps; if there is none, the first that tried."""
    told = [run for run in runs.history(home) if run["what"] in ("sync", "load")]
    return [run for run in told if run.get("applied") and run.get("database_bytes")] or told[:1]


def _drift(home: Home) -> Alert | None:
    """Files that were applied since the last alert have what the schema does not know."""
    if not versions.published(home):
        return None
    told = {about for alert in runs.read(home.alerts) for about in alert.get("about", ())}
    with database.reader(home) as connection:
        files = connection.execute("SELECT name, md5 FROM dumps WHERE unknown_paths > 0 ORDER BY name").fetchall()
        new = {name: f"{name} {md5}" for name, md5 in files if f"{name} {md5}" not in told}
        paths = connection.execute(
            "SELECT path FROM unknown_paths WHERE list_contains($names, source_file)"
            " GROUP BY path ORDER BY sum(count) DESC, path",
            {"names": list(new)},
        ).fetchall()
    if not new:
        return None
    some = ", ".join(path for (path,) in paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
    detail = f"{len(new)} files from {min(new)} on have what the schema does not know: {some}"[:LONGEST]
    return _alert(home, "schema drift", detail, "see 'Schema drift' in docs/operate/runbook.md", list(new.values()))


def _alert(home: AnyHome, reason: str, detail: str, advice: str, about: Sequence[str] = ()) -> Alert:
    try:
        newest = contents.published_contents(home).newest if isinstance(home, Home) else None
    except (MedlineError, duckdb.Error, OSError):
        newest = None  # the alert may be of this very trouble
    return Alert(reason, home_name(home), newest.name if newest else "", detail, advice, tuple(about))


def _webhook() -> str:
    """Where alerts go; '' for nowhere.

    Raises:
        UsageError: no URL, or one that would send in the clear. The message does not have it, for it is a secret.
    """
    if not (url := settings.read().webhook):
        return ""
    try:
        parsed, _ = httpx.URL(url), shown(url)  # each refuses what the other does not
    except (httpx.InvalidURL, ValueError):
        raise UsageError("MEDLINE_WEBHOOK is not a URL") from None
    if not parsed.host or not (parsed.scheme == "https" or (parsed.scheme == "http" and parsed.host in LOOPBACK)):
        raise UsageError("MEDLINE_WEBHOOK must be an https:// URL, or an http:// one of this machine")
    return url


def _send(home: Home | None, alert: Alert) -> None:
    """Post an alert, and keep that it was sent, where there is a home to keep it in.

    Raises:
        UsageError: the webhook is none.
        NetworkError: it did not take the alert.
    """
    url = _webhook()
    told = {about for sent in _sent(home) for about in sent.get("about", ())}
    if not url or (alert.about and told.issuperset(alert.about)):
        return
    content = {"text": alert.text, **asdict(alert)}
    about = content.pop("about")
    network = settings.read()
    network = replace(network, timeout=min(network.timeout, SECONDS), attempts=min(network.attempts, TRIES))
    with client(network) as http:
        for attempt in retrying(network):
            with attempt:
                _post(http, url, content)
    if home:
        runs.append(home.alerts, {**content, "about": about})
    log.info("told the webhook of %s", alert.reason)


def _sent(home: Home | None) -> list[dict]:
    with suppress(OSError):
        return runs.read(home.alerts) if home else []
    return []


def _post(http: httpx.Client, url: str, content: dict) -> None:
    """One try. Its errors name the host alone: the path of a webhook is its password."""
    host = httpx.URL(url).host
    try:
        with http.stream("POST", url, json=content) as response:  # what it answers is not read
            status = response.status_code
    except httpx.TransportError as error:
        raise try_again(f"webhook at {host}: {type(error).__name__}") from None
    if status in PASSING:
        raise try_again(f"webhook at {host}: HTTP {status}")
    if not 200 <= status < 300:
        raise NetworkError(f"webhook at {host}: HTTP {status}")
