"""Alerts: JSON objects, POSTed to the webhook that MEDLINE_WEBHOOK names.

`post_failure` posts a failure when it happens; `watch` applies RULES to the metrics, once a day. Every alert that was
sent is a line of `<home>/alerts.jsonl`. An alert never makes a run fail.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

import duckdb
import httpx2

from medline import settings
from medline.errors import BadInput, CheckFailed, DiskFull, Locked, MedlineError, MissingDump, NetworkError, UsageError
from medline.home import AnyHome, Home, open_home
from medline.home import shown as home_name
from medline.messages import redact, unlinked, visible
from medline.mirror.http import PASSING, client, retrying, try_again
from medline.ops import metrics
from medline.plan import make_plan
from medline.settings import Settings
from medline.urls import shown
from medline.warehouse import contents, database, runs

log = logging.getLogger(__name__)

#: Hosts that plain HTTP may go to: a post to them stays on the machine.
LOOPBACK = ("127.0.0.1", "::1", "localhost")

#: A run waits no longer than this for a webhook, each try, and tries no more often.
SECONDS, TRIES = 10.0, 3

#: From when on a lock is worth an alert: a baseline takes hours.
PATIENCE = timedelta(hours=6)
LOCKED_ADVICE = "end the process that is named; see 'A lock that lasts' in docs/operate/runbook.md"

#: Characters of an error in an alert: an error may repeat a value of a file.
LONGEST = 1_000

#: Advice by error; the runbook has a section for each.
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
    """An alert.

    Attributes:
        reason: failed run, failed checks, locked, stale data or schema drift.
        home: the home, without a password that its URL may have.
        newest_dump: the newest dump that readers see; '' where there is none.
        detail: what happened.
        advice: what to do.
        about: keys of the subject, so that it is posted once; empty: it is posted each time.
        runs: keys of the runs whose failure it tells.
        at: ISO 8601, UTC.
    """

    reason: str
    home: str
    newest_dump: str
    detail: str
    advice: str
    about: Sequence[str] = ()
    runs: Sequence[str] = ()
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def text(self) -> str:
        """The alert in one line. What a file or a server says must not become a link or a call in a chat."""
        where = f"{self.home}, newest dump {self.newest_dump or 'none'}"
        line = f"medline: {self.reason}: {unlinked(self.detail)}. {self.advice}. ({where})"
        return visible(" ".join(line.split()).replace("<", "‹").replace(">", "›"))


@dataclass(frozen=True)
class Rule:
    """A rule on a metric.

    Attributes:
        reason, advice: see `Alert`.
        metric: the number of a home; None where there is none yet.
        threshold: the number from which on there is an alert.
        describe: gives `detail` and `about` of the alert, from home, mirror and number; None: there is no alert, since
            it was sent already or nobody can do anything.
    """

    reason: str
    metric: Callable[[Home], float | None]
    threshold: Callable[[Settings], float]
    describe: Callable[[Home, str, float], tuple[str, Sequence[str]] | None]
    advice: str


def post_failure(home: AnyHome, error: BaseException | str, where: str = "") -> None:
    """Post the failure of a run, unless one of the same `where` was posted.

    Args:
        where: DAG, run and task; '' for a run of the command line.
    """
    if not settings.read().webhook:
        return
    reason = "failed checks" if isinstance(error, CheckFailed) else "failed run"
    kind = "" if isinstance(error, MedlineError | str) else f"{type(error).__name__}: "
    advice = next((text for type_, text in ADVICE if isinstance(error, type_)), ADVICE[-1][1])
    detail = f"{where}: {kind}{error}" if where else f"{kind}{error}"
    try:
        with ExitStack() as stack:
            directory = None
            with suppress(Exception):  # the home itself may be out of reach
                directory = stack.enter_context(open_home(home, "warehouse", "journals"))
            alert = _alert(directory or home, reason, detail, advice, [where] if where else [])
            _post(directory, replace(alert, runs=_failed_by(directory, error)))
    except Exception as problem:  # of any kind: the error of the run counts, and is raised by the caller
        log.warning("an alert could not be sent: %s", problem)


def post_locked(home: AnyHome, error: Locked, what: str) -> None:
    """Record that a command found the home or the database locked, and post it once if that lasts.

    Args:
        what: the command.
    """
    try:
        with open_home(home, "warehouse", "journals") as directory:
            runs.note_locked(directory, what, error)
            since = metrics.locked_since(directory, what)
            if since and datetime.now(UTC) - since >= PATIENCE:
                detail = f"{what}: locked since {since:%Y-%m-%d %H:%M} UTC: {error}"
                _post(directory, _alert(directory, "locked", detail, LOCKED_ADVICE, [f"{what} locked since {since}"]))
    except Exception as problem:  # as of `post_failure`
        log.warning("an alert could not be sent: %s", problem)


def watch(mirror: str, home: AnyHome) -> tuple[list[Alert], int]:
    """Apply RULES, and post the alerts.

    Returns:
        The alerts, and how many of them could not be sent. Without a webhook nothing is sent.

    Raises:
        UsageError: the webhook is not a URL that may be used, or the mirror is not a mirror.
    """
    with open_home(home, "dumps", "lake", "warehouse", "journals") as home:
        _webhook()
        raised = [alert for rule in RULES if (alert := _apply(rule, mirror, home))]
        unsent = 0
        for alert in raised:
            try:
                _post(home, alert)
            except MedlineError as problem:
                unsent += 1
                log.warning("an alert could not be sent: %s", problem)
        return raised, unsent


def _apply(rule: Rule, mirror: str, home: Home) -> Alert | None:
    number, threshold = rule.metric(home), rule.threshold(settings.read())
    log.debug("%s: %s is %s, the threshold %s", rule.reason, rule.metric.__name__, number, threshold)
    if number is None or number < threshold or not (described := rule.describe(home, mirror, number)):
        return None
    detail, about = described
    alert = _alert(home, rule.reason, detail, rule.advice, about)
    return replace(alert, runs=about) if rule.metric is count_failed_runs else alert


def _failed_by(home: Home | None, error: BaseException | str) -> list[str]:
    """Return the key of the run that an error ended; of a task that was killed, those of the runs without an end."""
    history = runs.history(home) if home else []
    if isinstance(error, str):
        return [runs.key(run) for run in history if "ended" not in run]
    outcome = runs.outcome_of(error)
    return [runs.key(run) for run in reversed(history) if run.get("outcome") == outcome][:1]


def count_failed_runs(home: Home) -> float:
    """Return how many runs failed lately, see `metrics.failed_runs`."""
    return len(metrics.failed_runs(home))


def _describe_failure(home: Home, _mirror: str, _count: float) -> tuple[str, Sequence[str]] | None:
    """Describe the runs of which no alert was sent: the webhook did not answer, or the process was killed."""
    sent = _sent(home)
    posted = {run for alert in sent for run in alert.get("runs", ())}
    # Alerts of earlier programs do not say of which run they are. A clock that was ahead says nothing.
    until = [alert["at"][:19] for alert in sent if "runs" not in alert and not _is_ahead(alert["at"])]
    untold = [
        run
        for run in metrics.failed_runs(home)
        if runs.key(run) not in posted and run["started_at"][:19] > max(until, default="")
    ]
    if not untold:
        return None
    last, more = untold[-1], len(untold) - 1
    outcome = last.get("outcome", "it has no end: it was killed, or lasts very long")
    others = f"; and {more} more failed, from {untold[0]['started_at'][:16]} on" if more else ""
    return f"{last['what']} of {last['started_at'][:16]}: {outcome}{others}", [runs.key(run) for run in untold]


def _is_ahead(moment: str) -> bool:
    """Whether a moment (ISO 8601) is in the future by more than clocks differ."""
    return datetime.fromisoformat(moment) - datetime.now(UTC) > metrics.LONG


def _describe_lag(home: Home, mirror: str, days: float) -> tuple[str, Sequence[str]] | None:
    """Describe the files that are not published, or the mirror's error; there is no lag where it has nothing newer."""
    age = f"no update for {days:.0f} days" if math.isfinite(days) else "no update at a time that is not in the future"
    try:
        listed = [item.name for item in make_plan(mirror, home).sources if not item.is_export]
    except NetworkError as error:
        return f"{age}, and the mirror does not answer: {error}", ()
    applied = contents.published_contents(home).sources
    missing = [name for name in listed if name not in applied]
    if not missing:
        return None
    return f"{age}, while the mirror has {len(missing)} files that are not published, {missing[0]} the first", ()


def _describe_drift(home: Home, _mirror: str, _count: float) -> tuple[str, Sequence[str]] | None:
    """Describe what the schema does not know in the files that no alert was about."""
    reported = {about for alert in _sent(home) for about in alert.get("about", ())}
    with database.reader(home) as connection:
        files = connection.execute(
            "SELECT name, md5 FROM source_files WHERE unknown_paths > 0 ORDER BY name"
        ).fetchall()
        new = {name: f"{name} {md5}" for name, md5 in files if f"{name} {md5}" not in reported}
        paths = connection.execute(
            "SELECT path FROM unknown_paths WHERE list_contains($names, source_file)"
            " GROUP BY path ORDER BY sum(count) DESC, path",
            {"names": list(new)},
        ).fetchall()
    if not new:
        return None
    some = ", ".join(path for (path,) in paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
    return f"{len(new)} files from {min(new)} on have what the schema does not know: {some}", list(new.values())


RULES = (
    Rule("failed run", count_failed_runs, lambda _: 1, _describe_failure, ADVICE[-1][1]),
    Rule(
        "stale data",
        metrics.days_without_update,
        lambda values: values.stale_days,
        _describe_lag,
        "see `medline status`, and 'Stale data' in docs/operate/runbook.md",
    ),
    Rule(
        "schema drift",
        metrics.unknown_paths,
        lambda _: 1,
        _describe_drift,
        "see 'Schema drift' in docs/operate/runbook.md",
    ),
)


def _alert(home: AnyHome, reason: str, detail: str, advice: str, about: Sequence[str] = ()) -> Alert:
    try:
        newest = contents.published_contents(home).newest if isinstance(home, Home) else None
    except (MedlineError, duckdb.Error, OSError):
        newest = None  # this may be the cause of the alert
    name = newest.name if newest else ""
    return Alert(reason, home_name(home), name, redact(detail)[:LONGEST], advice, tuple(about))


def _webhook() -> str:
    """Return the URL of the webhook; '' where there is none.

    Raises:
        UsageError: it is not a URL, or one that would send in the clear. The message does not contain it: it is secret.
    """
    if not (url := settings.read().webhook):
        return ""
    try:
        parsed, _ = httpx2.URL(url), shown(url)  # each rejects URLs that the other accepts
    except (httpx2.InvalidURL, ValueError):
        raise UsageError("MEDLINE_WEBHOOK is not a URL") from None  # the cause has the secret in its text
    if not parsed.host or not (parsed.scheme == "https" or (parsed.scheme == "http" and parsed.host in LOOPBACK)):
        raise UsageError("MEDLINE_WEBHOOK must be an https:// URL, or an http:// one of this machine")
    return url


def _post(home: Home | None, alert: Alert) -> None:
    """Post an alert that was not posted yet, and write it to the history of the home, where there is a home.

    Raises:
        UsageError: the webhook is not a URL that may be used.
        NetworkError: the webhook did not accept the alert.
    """
    url = _webhook()
    sent = _sent(home)
    reported = {about for one in sent for about in one.get("about", ())}
    content = {"text": alert.text, **asdict(alert)}
    kept = {"about": content.pop("about"), "runs": content.pop("runs")}
    if url and home and alert.about and reported.issuperset(alert.about):
        if not {run for one in sent for run in one.get("runs", ())}.issuperset(alert.runs):
            runs.append(home.alerts, {"repeats": alert.about[0], **content, **kept})  # that one names its run
        return
    if not url:
        return
    network = settings.read()
    network = replace(network, timeout=min(network.timeout, SECONDS), attempts=min(network.attempts, TRIES))
    with client(network) as http:
        for attempt in retrying(network):
            with attempt:
                _try_post(http, url, content)
    if home:
        runs.append(home.alerts, content | kept)
    log.info("alert sent: %s", alert.reason)


def _sent(home: Home | None) -> list[dict]:
    """Return the alerts that were sent."""
    with suppress(OSError):
        return runs.read(home.alerts) if home else []
    return []


def _try_post(http: httpx2.Client, url: str, content: dict) -> None:
    """Post once. Errors name the host alone: the path of a webhook is its password."""
    host = httpx2.URL(url).host
    try:
        with http.stream("POST", url, json=content) as response:  # the answer is not read
            status = response.status_code
    except httpx2.TransportError as error:
        raise try_again(f"webhook at {host}: {type(error).__name__}") from None  # the cause may have the URL
    if status in PASSING:
        raise try_again(f"webhook at {host}: HTTP {status}")
    if not 200 <= status < 300:
        raise NetworkError(f"webhook at {host}: HTTP {status}")
