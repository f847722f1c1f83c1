"""How the period is cut: shown beside it, changed in a dialog or by picking days."""

from __future__ import annotations

import datetime as dt
from typing import Callable, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.ui.imagery_panel import ImageryPanel
from sentinel_workbench.ui.plan_texts import slots_text
from sentinel_workbench.ui.slots_dialog import SlotsDialog
from sentinel_workbench.ui.translation import tr


class SlotsController:
    """Holds the rule.

    Args:
        panel: shows the slots.
        changed: called when the rule is another one.
    """

    def __init__(self, panel: ImageryPanel, changed: Callable[[], None]) -> None:
        self._panel, self._changed = panel, changed
        self.rule = SlotRule()
        panel.slots_asked.connect(self.edit)

    def use(self, rule: SlotRule) -> None:
        """Cut the period another way."""
        self.rule = rule
        self._changed()

    def edit(self) -> None:
        """Let the user change the rule."""
        dialog = SlotsDialog(self.rule, self._panel.first_day, self._panel.last_day, self._panel.window())
        if dialog.exec() == SlotsDialog.DialogCode.Accepted:
            self.use(dialog.rule())
        dialog.deleteLater()

    def take_picked(self, days: Tuple[dt.date, ...]) -> None:
        """Picked days are the slots; with none left, calendar months again."""
        self.use(SlotRule(SlotKind.PICKED, picked=days) if days else SlotRule())

    def show(self, in_time: bool) -> None:
        """Show the slots of the period, or that the collections have no time."""
        self._panel.show_time_fields(in_time)
        if not in_time:
            self._panel.slots_label.setText(tr("This collection has no time."))
            return
        first, last = self._panel.first_day, self._panel.last_day
        try:
            slots = self.rule.cut(first, last)
        except InvalidInput as problem:
            self._panel.slots_label.setText(problem.message)
            slots = ()
        else:
            self._panel.slots_label.setText(slots_text(self.rule, len(slots)))
        self._panel.dates.timeline.show_period(first, max(first, last), slots)
