"""What can be done with an order beside sending it: copied as text, pasted, edited by hand."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtWidgets import QApplication, QMenu, QWidget

from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.services.order_copies import copy_as_curl, copy_as_json, copy_as_python
from sentinel_workbench.ui.translation import tr


def add_copy_actions(
    menu: QMenu, order: Callable[[], Optional[ImageOrder]], connection: Callable[[], Optional[Connection]]
) -> None:
    """Three ways to put an order on the clipboard; an order of None copies nothing."""
    for text, name, write in (
        (tr("Copy as &Python"), "copy_python", copy_as_python),
        (tr("Copy as &curl"), "copy_curl", copy_as_curl),
        (tr("Copy as &JSON"), "copy_json", copy_as_json),
    ):
        action = menu.addAction(text)
        action.setObjectName(name)
        action.triggered.connect(lambda _checked=False, write=write: _copy(write, order(), connection()))


def _copy(write: Callable[..., str], order: Optional[ImageOrder], connection: Optional[Connection]) -> None:
    if order is not None:
        QApplication.clipboard().setText(write(order, connection))


def make_order_menu(
    parent: QWidget,
    order: Callable[[], Optional[ImageOrder]],
    connection: Callable[[], Optional[Connection]],
    edit: Callable[[], None],
    paste: Callable[[], None],
) -> QMenu:
    """The menu beside the button that sends."""
    menu = QMenu(parent)
    menu.setObjectName("order_menu")
    add_copy_actions(menu, order, connection)
    menu.addSeparator()
    for text, name, act in (
        (tr("&Edit the request…"), "edit_request", edit),
        (tr("P&aste a request…"), "paste_request", paste),
    ):
        action = menu.addAction(text)
        action.setObjectName(name)
        action.triggered.connect(lambda _checked=False, act=act: act())
    return menu
