"""The names of the schema in arrays."""

from __future__ import annotations

import re

import numpy as np

from kernel_calls import called, padded
from medline.parse.kernels import xml_tags
from medline.parse.kernels.bytes import PAD
from medline.parse.kernels.layout import schema
from medline.parse.xml.paths import INLINE, WRAPPED, plan

START_NAME, FIND_ATTRIBUTE = map(called, (xml_tags.start_name, xml_tags.find_attribute))


def test_names_of_the_schema_are_found_and_no_others():
    layout = schema().layout
    known = {name for node in plan().walk() for name in node.children} | INLINE | WRAPPED.keys()
    numbers = {name: START_NAME(*padded(name)[:2], layout) for name in known}
    assert all(stop == PAD + len(name) and number for name, (stop, number) in numbers.items())
    assert len({number for _, number in numbers.values()}) == len(known)
    near = {f"{name}x" for name in known} | {name[:-1] for name in known} | {name.swapcase() for name in known}
    near |= {f"x{name[1:]}" for name in known} | {f"{name[:-1]}{chr(ord(name[-1]) ^ 1)}" for name in known}
    near |= {name[:8] + "X" + name[9:] for name in known if len(name) > 8} | {"n" * 100, "", "é"}
    near = {name for name in near - known if re.fullmatch("[A-Za-z_:][A-Za-z0-9_:.-]*", name)}
    assert {name for name in near if START_NAME(*padded(name)[:2], layout) != (PAD + len(name), 0)} == set()


def test_attributes_of_the_schema_are_found_on_their_elements_only():
    layout, nodes = schema().layout, schema().nodes
    names = {name for node in nodes if node for name in node.attributes}
    for state, node in enumerate(nodes):
        attributes = {
            name for name in names if FIND_ATTRIBUTE(*padded(name)[:2], len(name), layout, np.int16(state)) >= 0
        }
        assert attributes == set(node.attributes if node else ())


def test_no_text_has_elements_of_the_schema_in_it():
    """The walk takes all elements in a text for markup or unknown."""
    assert [node.path for node in schema().nodes if node and node.text and node.children] == []
