"""Sentences that the help of several algorithms has in common."""

LOCAL_HUB_HELP = (
    "The connection 'local hub' needs no account: it works on demo scenes, or on the folder given below. Nor does a "
    "collection of open data: 'stac:earth-search#sentinel-2-c1-l2a' runs the script here over that catalog's files."
)
AREA_HELP = (
    "The area is an extent or a layer of polygons. Its pixels are as large as said, or as many as a width or height "
    "says; on request they lie on the grid of the satellite's own UTM tiles."
)
INPUTS_HELP = (
    "Options are settings of the collection, as name=value pairs or JSON: orbitDirection=ASCENDING, "
    "backCoeff=GAMMA0_TERRAIN, speckleFilter=LEE 5x5, demInstance=COPERNICUS_30, upsampling=BICUBIC. A name or value "
    "the collection does not know is refused with those it does.\n\n"
    "Further collections make a data fusion: a JSON list of entries as in input.data of a request, such as "
    '[{"type": "sentinel-1-grd", "id": "S1", "dataFilter": {"orbitDirection": "ASCENDING"}}]. The id is the datasource '
    "in the script."
)
