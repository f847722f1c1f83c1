"""From a request's scenes and script to arrays, one for each output.

Pixels are read and evaluated in strips of rows, so memory stays bounded whatever the number of scenes; the script
keeps one global state for the whole image.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple, Type

import numpy as np

from sentinel_workbench.core.errors import ScriptError, ScriptOverTime
from sentinel_workbench.core.evalscript.program import CollectionBands, Program, ScriptOutput
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.units import processing_units
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.localhub.records import HubError, OverTime, PixelRequest, StoredScene
from sentinel_workbench.localhub.samplers import make_sampler
from sentinel_workbench.localhub.sampling import BandChoice, Sampler, inside_mask, normalization_factor
from sentinel_workbench.localhub.scene_choice import (
    SIMPLE,
    Sampled,
    count_input_bands,
    find_scenes,
    group_samples,
    in_order,
)
from sentinel_workbench.localhub.screening import is_worth_screening, screen_scenes
from sentinel_workbench.localhub.sentinel5p import check_product, clip_to_a_day
from sentinel_workbench.localhub.sources import Sources

STRIP_BYTES = 96_000_000
SERVICE_VERSION = "4.263.0"
"""What the service documentation shows; scripts copy it into their user data."""


class Evaluation:
    """One script over the scenes of one request. A context, which frees the script's realm.

    The order of calls: make it, ``choose_scenes``, then ``images`` once, then ``user_data``.

    Args:
        request: validated.
        store: where the scenes are.
        default_sample_type: of outputs that name none.

    Raises:
        HubError: the script does not start, or asks for what the collections do not have. Inside the context every
            ``ScriptError`` becomes one.
    """

    def __init__(self, request: PixelRequest, store: Sources, default_sample_type: str = "AUTO") -> None:
        self._request = request
        self._store = store
        collections = [store.collection(entry.collection) for entry in request.inputs]
        try:
            bands = _collection_bands(request, collections)
            self._program = Program(request.evalscript, bands, default_sample_type=default_sample_type)
        except ScriptError as error:
            raise _script_failure(error) from error
        self._inputs = self._program.setup.inputs
        self._choices = [
            BandChoice(collections[e.datasource_index], e.bands, e.units, request.inputs[e.datasource_index])
            for e in self._inputs
        ]
        self._samples: List[List[Sampled]] = [[] for _ in self._inputs]

    def __enter__(self) -> Evaluation:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._program.close()
        if isinstance(error, ScriptError):
            raise _script_failure(error) from error

    # ---- before the pixels -------------------------------------------------------------------------------------

    @property
    def outputs(self) -> Tuple[ScriptOutput, ...]:
        """What the script declares; their bands may change with ``choose_scenes``."""
        return self._program.setup.outputs

    def output(self, identifier: str) -> ScriptOutput:
        """The output with this id."""
        for output in self.outputs:
            if output.id == identifier:
                return output
        message = f"Output {identifier} requested but missing from function setup()"
        raise HubError(400, "COMMON_BAD_PAYLOAD", message)

    def check_inputs(self) -> None:
        """Refuse a mosaicking which a collection does not offer, and bands it does not give together."""
        for entry, choice in zip(self._inputs, self._choices):
            check_product(choice.collection.collection_id, entry.bands)
            if entry.mosaicking not in choice.collection.mosaicking:
                name = choice.collection.legacy_name
                raise HubError(
                    400, "RENDERER_EXCEPTION",
                    f"Mosaicking '{entry.mosaicking}' is not supported for collection '{name}'. "
                    f"Supported: [{', '.join(choice.collection.mosaicking)}].",
                )

    def choose_scenes(self) -> None:
        """Find the scenes and let the script choose among them and set the bands of its outputs."""
        found = []
        for entry, choice in zip(self._inputs, self._choices):
            data = clip_to_a_day(choice.data) if entry.mosaicking == SIMPLE else choice.data
            scenes = find_scenes(self._store, choice.collection, data, self._request)
            scenes = self._screened(scenes, choice)
            found.append(group_samples(scenes, entry.mosaicking, entry.want_bounds))
        records = [_records(entry.mosaicking, samples) for entry, samples in zip(self._inputs, found)]
        sources = [choice.data for choice in self._choices]
        kept = self._program.pre_process(records, [s.time_from for s in sources], [s.time_to for s in sources])
        self._samples = [
            samples if entry.mosaicking == SIMPLE else in_order(samples, indices)
            for entry, samples, indices in zip(self._inputs, found, kept)
        ]
        self._program.update_output(self._records())

    def _screened(self, scenes: List[StoredScene], choice: BandChoice) -> List[StoredScene]:
        """Without those that a look at their classes shows to be of no use, where the source asks for that."""
        grid, data = self._request.grid, choice.data
        if not self._store.screens(choice.collection.collection_id) or not is_worth_screening(
            scenes, data, len(choice.read_bands), grid
        ):
            return scenes
        with self._store.band_files() as files:
            return screen_scenes(scenes, data, grid, self._request.geometry, files)

    def _records(self) -> List[List[dict]]:
        return [_records(entry.mosaicking, samples) for entry, samples in zip(self._inputs, self._samples)]

    # ---- pixels ------------------------------------------------------------------------------------------------

    def images(self, wanted: Sequence[str]) -> Dict[str, np.ndarray]:
        """Evaluate every pixel.

        Args:
            wanted: ids of the outputs to keep; empty when only the user data are asked for.

        Returns:
            Output id to an array (bands, rows, cols) of the output's sample type.
        """
        self._begin()
        grid = self._request.grid
        images: Dict[str, np.ndarray] = {}
        for top, rows, strip in self._strips():
            for identifier in wanted:
                part = strip[identifier]
                if identifier not in images:
                    images[identifier] = np.empty((part.shape[0], grid.height, grid.width), part.dtype)
                images[identifier][:, top:top + rows] = part
        if wanted:
            self._program.require_values(wanted)
        return images

    def user_data(self, wanted: bool) -> Any:
        """What the script leaves as ``userData``, None unless ``wanted``; to be called once, after the pixels."""
        return self._program.user_data(wanted)

    def _begin(self) -> None:
        factors = [normalization_factor(choice) for choice in self._choices]
        metadata = {"serviceVersion": SERVICE_VERSION, "normalizationFactor": factors[0] if factors else 1.0}
        self._program.begin(self._records(), metadata)

    def _strips(self) -> Iterator[Tuple[int, int, Dict[str, np.ndarray]]]:
        """First row, number of rows and the outputs of one strip after the other."""
        grid = self._request.grid
        inside = inside_mask(self._request.geometry, grid)
        with self._store.band_files() as files:
            samplers = [make_sampler(choice, files) for choice in self._choices]
            step = self._strip_rows()
            for top in range(0, grid.height, step):
                rows = min(step, grid.height - top)
                window = grid.window(0, top, grid.width, rows)
                yield top, rows, self._evaluate_strip(samplers, window, inside[top:top + rows])

    def _evaluate_strip(
        self, samplers: Sequence[Sampler], strip: PixelGrid, inside: np.ndarray
    ) -> Dict[str, np.ndarray]:
        centres = GridCentres(strip)
        fused = len(samplers) > 1
        for sampler, group in zip(samplers, self._samples):
            sampler.prepare([sample.scenes[0] for sample in group if sample.scenes], centres)
        samples = [
            [sampler.flatten(sample.scenes, centres, inside) for sample in group if sample.scenes or not fused]
            for sampler, group in zip(samplers, self._samples)
        ]
        return self._program.evaluate(samples, strip.height, strip.width)

    def _strip_rows(self) -> int:
        """Rows whose samples and outputs fit ``STRIP_BYTES``."""
        numbers = sum(len(group) * (len(c.read_bands) + 1) for group, c in zip(self._samples, self._choices))
        numbers += sum(output.bands for output in self.outputs) + 4
        return max(1, STRIP_BYTES // (8 * numbers * self._request.grid.width))

    # ---- after the pixels --------------------------------------------------------------------------------------

    def units(self, float32: bool = False, octet_stream: bool = False) -> float:
        """Processing units of this evaluation; an answer in 32 bit floats is charged twice, bare octets 1.4 times."""
        settings = [choice.data.filters for choice in self._choices]
        several = [len(group) for entry, group in zip(self._inputs, self._samples) if entry.mosaicking != SIMPLE]
        fused = len(self._inputs)
        return processing_units(
            self._request.grid.width,
            self._request.grid.height,
            count_input_bands([entry.bands for entry in self._inputs]),
            float32=float32,
            samples=max(max(several, default=1), 1),
            fusion_factor=float(fused) if fused > 1 else 1.0,
            orthorectify=any(s.get("orthorectify") for s in settings),
            terrain_correction=any(s.get("backCoeff") == "GAMMA0_TERRAIN" for s in settings),
            speckle_filter=any(s.get("speckleFilter", {}).get("type") == "LEE" for s in settings),
            octet_stream=octet_stream,
        )


def _records(mosaicking: str, samples: Sequence[Sampled]) -> List[dict]:
    """What the script is told of its scenes; nothing with SIMPLE mosaicking."""
    return [] if mosaicking == SIMPLE else [dict(sample.record) for sample in samples]


def _collection_bands(request: PixelRequest, collections: Sequence[Collection]) -> List[CollectionBands]:
    return [
        CollectionBands(
            entry.identifier or str(index),
            collection.legacy_name,
            {band.name: band.units[0] for band in collection.bands},
            {band.name: band.units for band in collection.bands},
        )
        for index, (entry, collection) in enumerate(zip(request.inputs, collections))
    ]


def _script_failure(error: ScriptError) -> HubError:
    kind = OverTime if isinstance(error, ScriptOverTime) else HubError
    return kind(400, "RENDERER_EXCEPTION", error.message)
