//VERSION=3
// title: Elevation steps
// about: Heights cut into steps of 25 m, so that the edges of the steps are contour lines.
// topic: elevation
// collections: dem
// keywords: DEM contours
// legend: 0 #3c7846, 100 #82aa5a, 400 #d7c882, 1200 #a57346, 2500 #ffffff
var STEP_M = 25;

function setup() {
  return {
    input: ["DEM"],
    output: { bands: 1, sampleType: "INT16" }
  };
}

function evaluatePixel(sample) {
  return [Math.floor(sample.DEM / STEP_M) * STEP_M];
}
