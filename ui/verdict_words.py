"""Verdicts in the user's language."""

from __future__ import annotations

from sentinel_workbench.core.services.scl_histogram import Verdict
from sentinel_workbench.ui.plot_marks import VERDICT_SIGNS
from sentinel_workbench.ui.translation import tr


def verdict_word(verdict: Verdict) -> str:
    """One or two words."""
    words = {
        Verdict.CLEAR: tr("clear"), Verdict.NOT_CLEAR: tr("not clear"), Verdict.NOT_COVERED: tr("not covered"),
        Verdict.NO_PIXEL: tr("no pixel"),
    }  # fmt: skip
    return words[verdict]


def signed_word(verdict: Verdict) -> str:
    """The word behind its sign, for tables and captions."""
    return f"{VERDICT_SIGNS[verdict]} {verdict_word(verdict)}"
