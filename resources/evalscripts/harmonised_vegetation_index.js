//VERSION=3
// title: Vegetation index (NDVI)
// about: One band of numbers from -1 to 1; above 0.4 is green vegetation.
// topic: vegetation
// collections: hls
// keywords: NDVI HLS
// legend: -0.2 #6b4a2f no plants, 0 #d9c9a3 bare, 0.2 #f0ecb4 sparse, 0.4 #a9cf72 moderate, 0.6 #4f9e45 dense, 0.9 #0b4d1c very dense
function setup() {
  return {
    input: ["NIR_Narrow", "Red", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  var total = sample.NIR_Narrow + sample.Red;
  if (sample.dataMask === 0 || total === 0) {
    return [NaN];
  }
  return [(sample.NIR_Narrow - sample.Red) / total];
}
