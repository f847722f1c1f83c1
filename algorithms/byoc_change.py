"""``byocchange`` and ``byoccopy``: another name, no-data value or bands for a collection; its tiles into another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Mapping

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from sentinel_workbench.algorithms.byoc import COLLECTION, ByocAlgorithm
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.services.byoc_changes import Trap, renamed_bands

NAME, NO_DATA, DROP_NO_DATA, BANDS, ACCEPT = "NAME", "NO_DATA", "DROP_NO_DATA", "BANDS", "ACCEPT"
TARGET = "TARGET"


class ChangeAlgorithm(ByocAlgorithm):
    """Changes what may be changed, once its consequences are accepted."""

    def name(self) -> str:
        return "byocchange"

    def displayName(self) -> str:
        return "Change a collection"

    def shortHelpString(self) -> str:
        return (
            "Gives a collection another name or no-data value, or renames and removes bands. What is left empty stays "
            "as it is.\n\n"
            "Bands: one change a line, such as B04 = RED to rename a band, or B08 = to remove it.\n\n"
            "What a change does beside what is meant, such as scripts that have to read another name, is told first: "
            "nothing is changed until 'Accept the consequences' is switched on. Costs one processing unit."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.add_collection()
        real = QgsProcessingParameterNumber.Type.Double
        self.addParameter(QgsProcessingParameterString(NAME, "New name", None, False, True))
        self.addParameter(QgsProcessingParameterNumber(NO_DATA, "New no-data value of all bands", real, None, True))
        self.addParameter(QgsProcessingParameterBoolean(DROP_NO_DATA, "Take the no-data value away", False))
        self.addParameter(QgsProcessingParameterString(BANDS, "Bands to rename or remove", None, True, True))
        self.addParameter(QgsProcessingParameterBoolean(ACCEPT, "Accept the consequences", False))
        self.addOutput(QgsProcessingOutputString("ID", "Id of the collection"))
        self.addOutput(QgsProcessingOutputNumber("CONSEQUENCES", "Consequences"))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        progress = FeedbackProgress(feedback)
        with self.services(feedback) as services:
            before = self.find_collection(services, values, context)
            after = self._after(before, values, context)
            if after == before:
                raise InvalidInput("collection", "Nothing is to be changed.", "Fill in what shall be other than it is.")
            traps = services.byoc.traps(before, after, progress)
            for trap in traps:
                feedback.pushWarning(trap.sentence)
            _raise_unless_accepted(traps, self.parameterAsBoolean(values, ACCEPT, context))
            changed = services.byoc.update(before, after, progress)
        feedback.pushInfo(f"Changed {changed.name}: {changed.collection_id}")
        return {"ID": changed.collection_id, "CONSEQUENCES": len(traps)}

    def _after(
        self, before: ByocCollection, values: Mapping[str, Any], context: QgsProcessingContext
    ) -> ByocCollection:
        name, lines = (self.parameterAsString(values, key, context).strip() for key in (NAME, BANDS))
        after = replace(before, name=name or before.name, bands=renamed_bands(before.bands, lines))
        if values.get(NO_DATA) is not None:
            after = replace(after, no_data=self.parameterAsDouble(values, NO_DATA, context))
        elif self.parameterAsBoolean(values, DROP_NO_DATA, context):
            after = replace(after, no_data=None)
        return after


def _raise_unless_accepted(traps: Any, accepted: bool) -> None:
    told: List[Trap] = list(traps)
    forbidden = [trap.sentence for trap in told if trap.forbidden]
    if forbidden:
        raise InvalidInput("collection", " ".join(forbidden), "Nothing was changed.")
    if told and not accepted:
        raise InvalidInput("collection", "Nothing was changed yet. " + " ".join(trap.sentence for trap in told),
                           "Switch on 'Accept the consequences' to go ahead.")


class CopyAlgorithm(ByocAlgorithm):
    """All tiles of one collection into another of the same bucket."""

    def name(self) -> str:
        return "byoccopy"

    def displayName(self) -> str:
        return "Copy tiles to another collection"

    def shortHelpString(self) -> str:
        return (
            "Lets the service copy all tiles of a collection into another one that reads the same bucket. The files "
            "stay where they are. Costs one processing unit."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.add_collection("From (name or id)")
        self.addParameter(QgsProcessingParameterString(TARGET, "Into (name or id)"))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        progress = FeedbackProgress(feedback)
        with self.services(feedback) as services:
            source = self.find_collection(services, values, context)
            target = services.byoc.find(self.parameterAsString(values, TARGET, context), progress)
            services.byoc.copy_tiles(source.collection_id, target.collection_id, progress)
        feedback.pushInfo(f"The service copies the tiles of '{source.name}' into '{target.name}'.")
        return {COLLECTION: source.collection_id, TARGET: target.collection_id}
