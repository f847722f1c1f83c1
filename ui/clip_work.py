"""Cutting in the background, for one area or several, with the words for what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Sequence, Tuple

from qgis.core import QgsSettings

from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import Part, Progress
from sentinel_workbench.core.qgis.item_layers import Stretches, measure_clips
from sentinel_workbench.core.services.clip_order import ClipOrder, ClippedScene, ClipResult
from sentinel_workbench.ui.clip_dialog import ClipChoice
from sentinel_workbench.ui.translation import tr

_FOLDER = "sentinel_workbench/clip_folder"
_MANY = 6


@dataclass(frozen=True)
class CutScenes:
    """Results by area, each with how its files are drawn."""

    results: Tuple[ClipResult, ...]
    stretches: Tuple[Stretches, ...]
    folder: Path

    def _in_state(self, state: State) -> List[ClippedScene]:
        return [scene for result in self.results for scene in result.in_state(state)]

    @property
    def failed(self) -> bool:
        """Some scene failed."""
        return bool(self._in_state(State.FAILED))

    def sentences(self) -> str:
        """What is to be said about single scenes: failures first."""
        failed = [f"{scene.item.item_id}: {scene.error}" for scene in self._in_state(State.FAILED)]
        done = self._in_state(State.DONE)
        noted = [f"{scene.item.item_id}: {' '.join(scene.notes)}" for scene in done if scene.notes]
        said = [*failed, *noted]
        more = [tr("… and {count} more.").format(count=len(said) - _MANY)] if len(said) > _MANY else []
        return "\n".join([*said[:_MANY], *more])

    def __str__(self) -> str:
        done, failed = len(self._in_state(State.DONE)), len(self._in_state(State.FAILED))
        files = sum(len(result.files) for result in self.results)
        text = tr("Scenes cut: {done}, files in {folder}: {files}.").format(done=done, files=files, folder=self.folder)
        trouble = tr("Failed: {count}.").format(count=failed)
        return f"{text} {trouble}" if failed else text


def cut_scenes(orders: Sequence[ClipOrder], choice: ClipChoice, services: Any, progress: Progress) -> CutScenes:
    """Run the orders one after the other; several areas get a folder each. In a worker.

    Raises:
        InvalidInput, StorageError: refused, or the folder can't be made.
        Cancelled: on request.
    """
    results, stretches = [], []
    for number, order in enumerate(orders):
        folder = choice.folder if len(orders) == 1 else choice.folder / _safe(order.area.name, number)
        part = Part(progress, number / len(orders), (number + 1) / len(orders))
        results.append(services.catalog.clip(order, folder, part))
        stretches.append(measure_clips(results[-1]) if choice.to_map else {})
    return CutScenes(tuple(results), tuple(stretches), choice.folder)


def keep_folder(folder: Path) -> None:
    """Propose this one the next time."""
    QgsSettings().setValue(_FOLDER, str(folder))


def kept_folder() -> str:
    """Where files were saved last, else the home folder."""
    return str(QgsSettings().value(_FOLDER, "") or Path.home())


def area_words(areas: Sequence[Area]) -> str:
    """Where is cut, in words."""
    if len(areas) > 1:
        return tr("To {count} polygons, each in a folder of its own.").format(count=len(areas))
    bbox = areas[0].in_crs("EPSG:4326").bbox
    west, south, east, north = (f"{value:.4f}" for value in bbox.corners)
    return tr("To {west}, {south}, {east}, {north}, outward to whole pixels.").format(
        west=west, south=south, east=east, north=north
    )


def _safe(name: str, number: int) -> str:
    letters = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name).strip("-")
    return f"{number + 1:03d}-{letters[:40]}" if letters else f"{number + 1:03d}"
