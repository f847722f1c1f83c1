//VERSION=3
// title: Elevation
// about: Metres above sea level, one band of numbers.
// topic: elevation
// keywords: DEM height
// legend: -20 #143c78 below the sea, 0 #6eaad2, 1 #3c7846 lowland, 100 #82aa5a, 400 #d7c882 hills, 1200 #a57346, 2500 #968c87, 4000 #ffffff peaks
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
