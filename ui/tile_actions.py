"""Which buttons of the tiles' pane can be pressed, and what it says about the selected tiles."""

from __future__ import annotations

from typing import Dict, Sequence, Tuple

from sentinel_workbench.core.model.byoc import FAILED, ByocTile
from sentinel_workbench.core.services.byoc_bulk import BulkReport, Outcome
from sentinel_workbench.core.services.byoc_watch import explain_failure
from sentinel_workbench.ui.mydata_tiles import ACTIONS
from sentinel_workbench.ui.translation import tr

_OF_SELECTED = ("edit", "reingest", "delete")
_MANY_SENTENCES = 1000


def possible_actions(has_collection: bool, selected: int, busy: bool) -> Dict[str, Tuple[bool, str]]:
    """Each action: whether it can be done now, and why not."""
    missing = "" if has_collection else tr("Choose a collection first.")
    picked = missing or ("" if selected else tr("Select tiles in the table first."))
    wait = tr("Wait until the work below ends, or stop it.") if busy else ""
    reasons = {name: wait or (picked if name in _OF_SELECTED else missing) for name in ACTIONS}
    reasons["use"] = picked
    return {name: (not reason, reason) for name, reason in reasons.items()}


def details_of(selected: Sequence[ByocTile]) -> str:
    """Why a tile failed, its warnings, or how many are selected."""
    if len(selected) != 1:
        return tr("{count} tiles are selected.").format(count=f"{len(selected):n}") if selected else ""
    tile = selected[0]
    return explain_failure(tile) if tile.status == FAILED else "\n".join(tile.warnings)


def failures_of(report: BulkReport) -> str:
    """A line for each tile of a bulk job that failed."""
    failed = [one for one in report.tiles if one.outcome is Outcome.FAILED]
    return "\n".join(f"{one.tile.path}: {one.sentence}" for one in failed[:_MANY_SENTENCES])


def causes_of(tiles: Sequence[ByocTile]) -> str:
    """A line for each tile whose ingestion failed."""
    return "\n".join(explain_failure(tile) for tile in tiles[:_MANY_SENTENCES])
