"""What became of scenes that were cut: told in the log, and loaded by Processing."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsRasterLayer,
)

from sentinel_workbench.algorithms.order import load_later, move_to_group, processed
from sentinel_workbench.core.qgis.item_layers import Stretches, clip_name, dress_clip
from sentinel_workbench.core.services.clip_order import ClippedScene, ClipResult
from sentinel_workbench.core.services.stac_clip import done_scenes


def teller(feedback: QgsProcessingFeedback) -> Any:
    """Tells the log what failed or needs a word, scene by scene."""

    def tell(_number: int, scene: ClippedScene) -> None:
        if scene.error:
            feedback.reportError(f"{scene.item.item_id}: {scene.error}")
        for note in scene.notes:
            feedback.pushWarning(f"{scene.item.item_id}: {note}")

    return tell


def load_clips(result: ClipResult, stretches: Stretches, title: str, context: QgsProcessingContext) -> None:
    """Let Processing load all files that are done into the group ``title``."""
    for scene in done_scenes(result):
        for file in scene.files:
            name = clip_name(scene, file)
            dresser = ClipDresser(scene, name, stretches.get(file.bands), title)
            load_later(context, str(file.path), name, dresser, title)


class ClipDresser(QgsProcessingLayerPostProcessorInterface):
    """Gives a cut-out that Processing loads its style, time and place in the group."""

    def __init__(self, scene: ClippedScene, name: str, stretch: Any, title: str) -> None:
        super().__init__()
        self._scene, self._name, self._stretch, self._title = scene, name, stretch, title

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        processed(self)
        if isinstance(layer, QgsRasterLayer):
            layer.setName(self._name)
            dress_clip(layer, self._scene, self._stretch)
        move_to_group(context.project(), layer.id(), self._title)
