"""A table whose rows are chosen as wholes, and whose lines keep one height however many there are."""

from __future__ import annotations

from qgis.PyQt.QtCore import QAbstractItemModel, QItemSelectionModel
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableView

MINIMUM_HEIGHT_PX = 84


def make_rows_view(name: str, title: str, model: QAbstractItemModel) -> QTableView:
    """A view of ``model`` with the object name ``name``; ``title`` is what a screen reader says."""
    view = QTableView()
    view.setObjectName(name)
    view.setAccessibleName(title)
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setTabKeyNavigation(False)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setMinimumHeight(MINIMUM_HEIGHT_PX)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.horizontalHeader().setHighlightSections(False)
    # a header that knows the selection asks for each row whether it is selected, to draw a column's title
    view.horizontalHeader().setSelectionModel(QItemSelectionModel(model, view))
    return view
