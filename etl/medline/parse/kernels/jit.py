"""How the kernels are compiled: for which caller, and what of it is kept.

The machine code is cached for the next process. Numba would take a cached kernel although a module that it calls into
has changed, so the cache of this package carries the digest of all sources it is made from.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from numba import config, njit
from numba.core.dispatcher import Dispatcher

#: Without Python's lock, and without reference counts: the caller keeps the arrays.
OPTIONS = {"nogil": True, "_nrt": False}
#: What only kernels call needs no way in from Python or C, which takes a third of the time to compile.
INNER = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

PARSE = Path(__file__).resolve().parent.parent


def kernel(function: Callable) -> Dispatcher:
    """A function that kernels call, and that becomes part of each: to pass the arrays on took 3.5 times as long."""
    return njit(function, forceinline=True, **INNER)


def rare(function: Callable) -> Dispatcher:
    """A function that kernels call seldom: it stays one, which keeps them small and quick to compile."""
    return njit(function, **INNER)


def entry(function: Callable) -> Dispatcher:
    """A kernel that Python calls."""
    return _cached(njit(function, **OPTIONS))


def brief(function: Callable) -> Dispatcher:
    """A kernel that Python calls, too short to be worth giving up the lock for."""
    return _cached(njit(function, **OPTIONS | {"nogil": False}))


def _cached(compiled: Dispatcher) -> Dispatcher:
    given, config.CACHE_DIR = config.CACHE_DIR, str(CACHE)
    try:
        compiled.enable_caching()
    finally:
        config.CACHE_DIR = given
    return compiled


def _cache() -> Path:
    """Where the machine code is kept: NUMBA_CACHE_DIR if set, beside the sources, or the user's cache."""
    digest = hashlib.sha256()
    for path in [PARSE / "constants.py", *sorted((PARSE / "kernels").rglob("*.py"))]:
        digest.update(path.read_bytes())
    name = f"kernels-{digest.hexdigest()[:12]}"
    if config.CACHE_DIR:
        return Path(config.CACHE_DIR, name)
    beside = PARSE / "__pycache__"
    if os.access(beside if beside.exists() else PARSE, os.W_OK):
        return beside / name
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "medline", name)


CACHE = _cache()
