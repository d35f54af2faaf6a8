"""How damages are registered: each is a function, known by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

#: In the order in which they are applied. layout: texts of records -> texts; join: texts -> one text; the others:
#: bytes -> bytes, UTF-8 with LF until `ends` and `encode`.
STAGES = ("layout", "join", "loss", "ends", "encode", "pack")


@dataclass(frozen=True)
class Damage:
    """One way in which records or files come to differ from what NLM sends.

    Attributes:
        name: of the function.
        stage: one of STAGES; a case has at most one damage of each stage, and two of layout.
        kinds: text, xml or both.
        apply: the function.
        charset: the only characters that the damage can carry; the records are narrowed to them beforehand.
        plain: whether it needs a file as NLM sends it, without damages of the stages before it.
    """

    name: str
    stage: str
    kinds: tuple[str, ...]
    apply: Callable[[Any, Random], Any]
    charset: str | None = None
    plain: bool = False


DAMAGES: dict[str, Damage] = {}


def damage(stage: str, *kinds: str, charset: str | None = None, plain: bool = False) -> Callable:
    """Register a function as a damage."""

    def register(function: Callable) -> Callable:
        name = function.__name__
        assert stage in STAGES, stage
        assert name not in DAMAGES, name
        DAMAGES[name] = Damage(name, stage, kinds, function, charset, plain)
        return function

    return register


def each(function: Callable[[str, Random], str]) -> Callable[[list[str], Random], list[str]]:
    """Make a damage of one record one of all, or now and then of some, of the records of a file."""

    def apply(texts: list[str], rng: Random) -> list[str]:
        chance = rng.choice((1, 1, 0.5))
        return [function(text, rng) if rng.random() < chance else text for text in texts]

    apply.__name__ = function.__name__
    apply.__doc__ = function.__doc__
    return apply
