//VERSION=3
// title: Green vegetation index (GNDVI)
// about: Like NDVI with green in place of red; follows the chlorophyll of dense canopies.
// topic: vegetation
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: GNDVI chlorophyll nitrogen
// legend: -0.2 #6b4a2f no plants, 0 #d9c9a3 bare, 0.2 #f0ecb4 sparse, 0.4 #a9cf72 moderate, 0.6 #4f9e45 dense, 0.9 #0b4d1c very dense
function setup() {
  return {
    input: ["B08", "B03", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  var total = sample.B08 + sample.B03;
  if (sample.dataMask === 0 || total === 0) {
    return [NaN];
  }
  return [(sample.B08 - sample.B03) / total];
}
