"""Every text can be translated, and the translations that exist are whole."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from sentinel_workbench.ui.translation import install_translation, remove_translation, tr

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "i18n").glob("*.ts"))
SETTERS = {"setText", "setToolTip", "setWindowTitle", "setPlaceholderText", "setSuffix", "setAccessibleName",
           "addTab", "setHeaderLabels", "setHorizontalHeaderLabels"}


def sources():
    for path in sorted((ROOT / "ui").glob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def texts():
    """Every text handed to ``tr``."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                assert isinstance(node.args[0], ast.Constant), f"{path.name}:{node.lineno} is not constant"
                yield node.args[0].value


def test_no_widget_gets_a_bare_text():
    bare = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in SETTERS and any(
                isinstance(arg, ast.Constant) and isinstance(arg.value, str) and arg.value.strip() for arg in node.args
            ):
                bare.append(f"{path.name}:{node.lineno}")
    assert not bare


def test_no_text_is_translated_at_import():
    early = []
    for path, tree in sources():
        for statement in tree.body:
            if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                early += [f"{path.name}:{n.lineno}" for n in ast.walk(statement)
                          if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "tr"]
    assert not early


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_whole(catalogue):
    messages = {m.findtext("source"): m.find("translation") for m in ElementTree.parse(catalogue).iter("message")}
    assert set(texts()) <= set(messages)
    for source, translation in messages.items():
        assert translation.get("type") is None and translation.text, source
        names = re.compile(r"\{\w*\}")
        assert sorted(names.findall(source)) == sorted(names.findall(translation.text)), source
        assert source.count("&") >= translation.text.count("&"), source


def test_texts_change_with_the_language(qgis_app):
    translator = install_translation("de_AT")
    try:
        assert tr("Time slots") == "Zeitabschnitte"
    finally:
        remove_translation(translator)
    assert tr("Time slots") == "Time slots"
    assert install_translation("tlh") is None
