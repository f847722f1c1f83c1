"""Conditions on properties of scenes: property, comparison, value, as many as wanted."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.stac.comparisons import Comparison, parse_comparison
from sentinel_workbench.ui.translation import tr

OPERATORS = (("=", "eq"), ("≠", "neq"), ("<", "lt"), ("≤", "lte"), (">", "gt"), ("≥", "gte"), ("in", "in"))
_SIGNS = {"eq": "=", "neq": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
Queryables = Mapping[str, Mapping[str, Any]]


class ConditionRows(QWidget):
    """Rows with a button to add one."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._rows: List[_Row] = []
        self._queryables: Queryables = {}
        self.add_button = QPushButton(tr("Add &condition"))
        self.add_button.setObjectName("add_condition_button")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_button.clicked.connect(lambda: self.add().field.setFocus())

    def offer(self, queryables: Queryables) -> None:
        """The properties a search of the collection may compare, each as JSON Schema."""
        self._queryables = dict(queryables)
        for row in self._rows:
            row.offer(self._queryables)

    def add(self, field: str = "", operator: str = "eq", value: str = "") -> _Row:
        """A new row at the end."""
        row = _Row(self._queryables)
        row.field.setEditText(field)
        row.operator.setCurrentIndex(max(0, row.operator.findData(operator)))
        row.value.setEditText(value)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._layout.insertWidget(self._layout.count() - 1, row)
        return row

    def clear(self) -> None:
        """No rows."""
        for row in list(self._rows):
            self._remove(row)

    def texts(self) -> List[Tuple[str, str, str]]:
        """Property, operator and value of each row, as typed."""
        return [row.texts() for row in self._rows]

    def comparisons(self) -> Tuple[Comparison, ...]:
        """The rows as conditions; numbers are numbers. A row without property and value says nothing.

        Raises:
            InvalidInput: a row is half filled in.
        """
        return tuple(row.comparison() for row in self._rows if any(text for text in row.texts()[::2]))

    def _remove(self, row: _Row) -> None:
        self._rows.remove(row)
        self._layout.removeWidget(row)
        row.deleteLater()


class _Row(QWidget):
    """One condition."""

    removed = pyqtSignal()

    def __init__(self, queryables: Queryables) -> None:
        super().__init__()
        self.field = _edited_combo("condition_field", tr("property"), 9)
        self.operator = QComboBox()
        self.operator.setObjectName("condition_operator")
        self.operator.setAccessibleName(tr("Comparison"))
        for sign, name in OPERATORS:
            self.operator.addItem(sign, name)
        self.value = _edited_combo("condition_value", tr("value"), 4)
        self.value.setToolTip(tr("A number, or text. Several values for 'in' are separated by commas."))
        remove = QToolButton()
        remove.setObjectName("remove_condition_button")
        remove.setText(tr("×"))
        remove.setToolTip(tr("Remove this condition"))
        remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.field, 3)
        layout.addWidget(self.operator)
        layout.addWidget(self.value, 2)
        layout.addWidget(remove)
        self._schemas: Queryables = {}
        self.offer(queryables)
        remove.clicked.connect(self.removed)
        self.field.editTextChanged.connect(self._offer_values)

    def offer(self, queryables: Queryables) -> None:
        self._schemas = queryables
        typed = self.field.currentText()
        self.field.blockSignals(True)
        self.field.clear()
        for name in sorted(queryables):
            self.field.addItem(name)
            title = queryables[name].get("title") or queryables[name].get("description")
            self.field.setItemData(self.field.count() - 1, str(title or name), Qt.ItemDataRole.ToolTipRole)
        self.field.setEditText(typed)
        self.field.blockSignals(False)
        self._offer_values()

    def texts(self) -> Tuple[str, str, str]:
        return self.field.currentText().strip(), self.operator.currentData(), self.value.currentText().strip()

    def comparison(self) -> Comparison:
        field, operator, value = self.texts()
        if not field or not value:
            raise InvalidInput(
                "filter", tr("A condition is not complete."), tr("Fill in property and value, or remove the row.")
            )
        is_text = _type_of(self._schemas.get(field, {})) == "string"
        if operator == "in":
            values = [_parsed(field, part.strip(), is_text) for part in value.split(",") if part.strip()]
            return Comparison(field, "in", tuple(values))
        return Comparison(field, operator, _parsed(field, value, is_text))

    def _offer_values(self) -> None:
        typed = self.value.currentText()
        self.value.clear()
        self.value.addItems([str(value) for value in _choices(self._schemas.get(self.field.currentText().strip(), {}))])
        self.value.setEditText(typed)


def _parsed(field: str, text: str, is_text: bool) -> Any:
    """Numbers and truth values as such, unless the catalog says that the property is text."""
    quoted = f"'{text}'" if is_text and text[:1] not in "'\"" else text
    return parse_comparison(f"{field}={quoted}").value


def _type_of(schema: Mapping[str, Any]) -> str:
    """``string``, ``number``...; ``""`` when the catalog does not tell just one."""
    kind = schema.get("type")
    kinds = [one for one in (kind if isinstance(kind, list) else [kind]) if one and one != "null"]
    return str(kinds[0]) if len(kinds) == 1 else ""


def _choices(schema: Mapping[str, Any]) -> Sequence[Any]:
    """The values a property may have, where the catalog lists them."""
    items = schema.get("items")
    places: List[Dict[str, Any]] = [dict(one) for one in (schema, items) if isinstance(one, Mapping)]
    for place in places:
        values = place.get("enum")
        if isinstance(values, list):
            return [value for value in values if isinstance(value, (str, int, float))]
    return ()


def _edited_combo(name: str, hint: str, letters: int) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(letters)
    combo.setAccessibleName(hint)
    combo.lineEdit().setPlaceholderText(hint)
    completer = combo.completer()
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return combo
