"""A band's name is an identifier of JavaScript; the language itself is the judge."""

from __future__ import annotations

import pytest

from sentinel_workbench.core.model.byoc import is_identifier

NAMES = ["B02", "größe", "$x", "_", "变数", "a·b", "ⅷ", "x٣", "m²", "2B", "a-b", "a b", "", "class", "let", "null",
         "B²", "été", "a.b", "٣x", "yield", "of", "get", "NaN", "undefined", "Infinity", "dataMask", "ª", "a\u0301",
         "\u0301"]


def test_javascript_agrees():
    mini_racer = pytest.importorskip("py_mini_racer")
    engine = mini_racer.MiniRacer()
    for name in NAMES:
        try:
            accepted = bool(name) and engine.eval(f"'use strict'; (function(){{ let {name} = 1; return true; }})()")
        except mini_racer.JSEvalException:
            accepted = False
        assert is_identifier(name) == accepted, name
