"""The collector of cycles after very many objects were made: it does not look through them all at once."""

from __future__ import annotations

import gc
import weakref

from sentinel_workbench.core.services.collector import resting_collector

MANY = 200_000


class Knot:
    """Refers to itself."""

    def __init__(self):
        self.itself = self


def test_what_was_made_meanwhile_is_no_burden_for_the_next_collections():
    with resting_collector():
        made = [[number] for number in range(MANY)]
    assert gc.isenabled()
    assert len(gc.get_objects(generation=0)) + len(gc.get_objects(generation=1)) < MANY // 10
    assert len(made) == MANY


def test_cycles_made_meanwhile_are_found_all_the_same():
    with resting_collector():
        gone = weakref.ref(Knot())
        assert gone() is not None
    gc.collect()
    assert gone() is None


def test_blocks_overlap_and_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with resting_collector(), resting_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
