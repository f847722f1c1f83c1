"""Asks before an order that costs much."""

from __future__ import annotations

from typing import Callable, Optional, Sequence

from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.qgis.preferences import Preferences
from sentinel_workbench.core.qgis.spending import Spending
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.plan_texts import number
from sentinel_workbench.ui.translation import tr

Ask = Callable[[QWidget, str], bool]


class CostGuard:
    """Lets orders pass that cost little, or nothing; asks about the others.

    Args:
        backend: plans orders and tells what was spent.
        preferences: hold the limit.
        ask: puts a question; True when the order shall be sent.
    """

    def __init__(self, backend: Backend, preferences: Optional[Preferences] = None, ask: Optional[Ask] = None) -> None:
        self._backend, self._preferences, self._ask = backend, preferences or Preferences(), ask or _ask

    def allows(self, parent: QWidget, orders: Sequence[SeriesOrder], connection: Connection) -> bool:
        """Whether all ``orders`` together may be sent. One without a plan may: it is refused where it is sent."""
        if connection.deployment_id == LOCAL or not self._preferences.ask_above_units:
            return True
        return self.allows_units(parent, sum(map(self._units, orders)), connection)

    def allows_units(self, parent: QWidget, units: float, connection: Connection) -> bool:
        """Whether something that costs about so much may be asked."""
        limit = self._preferences.ask_above_units
        if connection.deployment_id == LOCAL or not limit or units <= limit:
            return True
        question = tr(
            "This costs about {units} processing units. {spent}\n\n"
            "What is in the cache already costs nothing. The limit for this question ({limit}) is set in the "
            "Downloads tab."
        ).format(
            units=number(units, 1), limit=number(limit, 1),
            spent=spent_text(connection.name, self._backend.spending(connection.name)),
        )
        return self._ask(parent, question)

    def _units(self, order: SeriesOrder) -> float:
        try:
            return self._backend.plan(order).processing_units
        except InvalidInput:
            return 0.0


def spent_text(connection_name: str, spending: Spending) -> str:
    """Units so far."""
    return tr("Spent with {connection}: {today} units today, {month} this month.").format(
        connection=connection_name, today=number(spending.today, 2), month=number(spending.this_month, 2)
    )


def _ask(parent: QWidget, question: str) -> bool:
    box = QMessageBox(
        QMessageBox.Icon.Question, tr("An expensive order"), question, QMessageBox.StandardButton.Cancel,
        parent.window(),
    )
    box.setObjectName("cost_box")
    button = box.addButton(tr("Send it"), QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.button(QMessageBox.StandardButton.Cancel))
    box.exec()
    answer = box.clickedButton() is button
    box.deleteLater()
    return answer
