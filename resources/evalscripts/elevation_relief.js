//VERSION=3
// title: Relief colours
// about: Heights as a picture: sea blue, lowland green, hills ochre, peaks white.
// topic: elevation
// collections: dem
// keywords: DEM hypsometric
function setup() {
  return {
    input: ["DEM"],
    output: { bands: 3, sampleType: "UINT8" }
  };
}

function evaluatePixel(sample) {
  return colorBlend(sample.DEM, [-50, 0, 1, 100, 400, 1200, 2500, 4000], [
    [20, 60, 120], [110, 170, 210], [60, 120, 70], [130, 170, 90], [215, 200, 130], [165, 115, 70], [150, 140, 135],
    [255, 255, 255]
  ]);
}
