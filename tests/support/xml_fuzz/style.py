"""Unusual ways to write a tree, which XML allows."""

from __future__ import annotations

from random import Random
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape


class Style:
    """How a tree is written: now and then in another way than usual, which XML allows."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        every = ("quote", "pair", "blank", "reference", "cdata", "aside", "entity", "raw", "line")
        self.unusual = set(rng.sample(every, rng.choice((0, 0, 0, 1, 1, 2, 4))))
        self.chance = rng.choice((0.02, 0.1, 0.5))

    def _now(self, kind: str) -> bool:
        return kind in self.unusual and self.rng.random() < self.chance

    def write(self, node: Element) -> str:
        name = node.tag.replace("..", ":")
        head = [f"<{name}"]
        for key, value in node.attrib.items():
            head.append(
                f"{self._blank(' ')}{key.replace('..', ':')}{self._blank('')}={self._blank('')}{self._quoted(value)}"
            )
        head.append(self._blank(""))
        if not node.text and not len(node) and not self._now("pair"):
            return "".join([*head, "/>", self._text(node.tail)])
        parts = [*head, ">", self._text(node.text), *(self.write(child) for child in node)]
        return "".join([*parts, f"</{name}{self._blank('')}>", self._text(node.tail)])

    def _blank(self, usual: str) -> str:
        return self.rng.choice((" ", "\n", "\t", "  ")) if self._now("blank") else usual

    def _quoted(self, value: str) -> str:
        if self._now("quote"):
            return "'" + self._escaped(value).replace("'", "&apos;") + "'"
        return '"' + self._escaped(value).replace('"', "&quot;") + '"'

    def _escaped(self, text: str) -> str:
        text = escape(text) if not self._now("raw") else text.replace("&", "&amp;").replace("<", "&lt;")
        if self._now("reference") and text:
            index = self.rng.randrange(len(text))
            if text[index] not in "&;" and "&" not in text:
                written = self.rng.choice(("&#{};", "&#x{:x};")).format(ord(text[index]))
                text = text[:index] + written + text[index + 1 :]
        if self._now("entity"):
            text += self.rng.choice(("&quot;", "&apos;", "&gt;", "&amp;", "&lt;"))
        if self._now("line"):
            text = self.rng.choice(("\n", "\t", " ", "\r\n")) + text
        return text

    def _text(self, text: str | None) -> str:
        aside = self.rng.choice(("<!-- a -->", "<?x y?>", "<?nihms?>", "<!---->")) if self._now("aside") else ""
        if text and "]]>" not in text and self._now("cdata"):
            return f"{aside}<![CDATA[{text}]]>"
        return self._escaped(text or "").replace("]]>", "]]&gt;") + aside
