//VERSION=3
// title: Enhanced vegetation index (EVI)
// about: Like NDVI, yet not saturated in dense forest and less troubled by soil and haze.
// topic: vegetation
// collections: sentinel-2-l2a
// keywords: EVI forest
// legend: -0.2 #6b4a2f no plants, 0 #d9c9a3 bare, 0.2 #f0ecb4 sparse, 0.4 #a9cf72 moderate, 0.6 #4f9e45 dense, 0.9 #0b4d1c very dense
function setup() {
  return {
    input: ["B02", "B04", "B08", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [(2.5 * (sample.B08 - sample.B04)) / (sample.B08 + 6 * sample.B04 - 7.5 * sample.B02 + 1)];
}
