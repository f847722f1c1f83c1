"""Requests as text: copied, pasted, edited, sent as they are, or put back into the form."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtWidgets import QApplication, QMenu, QWidget

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.core.model.orders import ImageOrder, SeriesOrder
from sentinel_workbench.core.services.ordertext import as_json
from sentinel_workbench.core.services.request_order import order_as_is
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.order_menu import make_order_menu
from sentinel_workbench.ui.request_dialog import RequestDialog
from sentinel_workbench.ui.translation import tr


def no_connection() -> str:
    """Why nothing can be sent while there is no service to send it to."""
    return tr("No connection yet: start the local hub or connect above.")


class RequestController:
    """Between the form and the text of its request.

    Args:
        parent: of dialogs and menu.
        backend: tells the current connection.
        current: the form's order, or None while it can't be sent.
        fill: fills the form; raises ``InvalidInput`` where it can't say what an order says.
        send: sends a series to a connection.
        tell: shows a sentence why nothing is sent.
    """

    def __init__(
        self,
        parent: QWidget,
        backend: Backend,
        current: Callable[[], Optional[ImageOrder]],
        fill: Callable[[ImageOrder], None],
        send: Callable[[SeriesOrder, str], None],
        tell: Callable[[str], None],
    ) -> None:
        self._parent, self._backend = parent, backend
        self._current, self._fill, self._send, self._tell = current, fill, send, tell

    def menu(self) -> QMenu:
        """What can be done with the form's request."""
        return make_order_menu(
            self._parent, self._current, self._backend.current_connection, self.edit_current, self.paste
        )

    def edit_order(self, order: ImageOrder) -> None:
        """Fill the form with an order, or show it as a request where the form can't say it."""
        try:
            self._fill(order)
        except InvalidInput as problem:
            self.edit(as_json(order), str(problem))

    def run_again(self, order: ImageOrder) -> None:
        """Send an order once more, unchanged."""
        connection = self._backend.current_connection()
        if connection is None:
            self._tell(no_connection())
            return
        known = known_collections().get(order.sources[0].collection)
        name = known.title.split(" (")[0] if known else order.sources[0].collection
        self._send(order_as_is(order, tr("{name}, as requested").format(name=name)), connection.name)

    def edit(self, text: str, note: str = "") -> None:
        """Let the user edit a request, and send it or fill the form with it."""
        why_not = no_connection() if self._backend.current_connection() is None else ""
        dialog = RequestDialog(text, self._parent.window(), note, why_not)
        accepted = dialog.exec() == RequestDialog.DialogCode.Accepted
        order, to_form = dialog.order, dialog.to_form
        dialog.deleteLater()
        if accepted and order is not None:
            if to_form:
                self.edit_order(order)
            else:
                self.run_again(order)

    def edit_current(self) -> None:
        """Edit the form's own request."""
        order = self._current()
        self.edit(as_json(order) if order else "")

    def paste(self) -> None:
        """Edit what is on the clipboard."""
        self.edit(QApplication.clipboard().text())
