//VERSION=3
// title: Greenest vegetation of the period
// about: The highest NDVI of all clear views; reads every scene, so it costs more units.
// topic: vegetation
// collections: sentinel-2-l2a
// keywords: NDVI maximum composite time
// legend: -0.2 #6b4a2f no plants, 0 #d9c9a3 bare, 0.2 #f0ecb4 sparse, 0.4 #a9cf72 moderate, 0.6 #4f9e45 dense, 0.9 #0b4d1c very dense
var CLEAR = [4, 5, 6, 7];

function setup() {
  return {
    input: ["B04", "B08", "SCL", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" },
    mosaicking: "ORBIT"
  };
}

function evaluatePixel(samples) {
  var best = NaN;
  for (var i = 0; i < samples.length; i++) {
    var sample = samples[i];
    if (sample.dataMask === 1 && CLEAR.indexOf(sample.SCL) >= 0) {
      var value = (sample.B08 - sample.B04) / (sample.B08 + sample.B04);
      best = best > value ? best : value;
    }
  }
  return [best];
}
