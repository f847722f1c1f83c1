"""The line of a script that a service could not run is seen at a glance."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QPlainTextEdit

from sentinel_workbench.core.evalscript.reading import ScriptProblem
from sentinel_workbench.ui.script_editor import ScriptEditor

SCRIPT = "\n".join(["//VERSION=3", *(f"let a{number} = {number};" for number in range(2, 9))])


@pytest.fixture
def editor(qgis_app, qtbot):
    made = ScriptEditor(lambda text: ())
    if isinstance(made.code, QPlainTextEdit):
        pytest.skip("QScintilla is missing")
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    made.set_text(SCRIPT)
    return made


def marked_rows(editor):
    image = editor.code.viewport().grab().toImage()
    return [y for y in range(image.height()) if image.pixelColor(image.width() - 4, y) == QColor("#ffd7d0")]


def test_the_line_the_service_named_is_marked_although_the_cursor_stands_in_it(editor):
    assert not marked_rows(editor)
    editor.show_verdict(ScriptProblem(4, "wrong is not defined"))
    rows, height = marked_rows(editor), editor.code.textHeight(0)
    assert rows and abs(rows[0] - 3 * height) <= 2 and len(rows) == pytest.approx(height, abs=2)
    editor.set_text(SCRIPT + "\n")
    assert not marked_rows(editor)
