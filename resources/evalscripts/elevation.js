//VERSION=3
// title: Elevation
// about: Metres above sea level, one band of numbers.
// collections: dem
function setup() {
  return {
    input: ["DEM"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  return [sample.DEM];
}
