//VERSION=3
// title: Chlorophyll of land plants (OTCI)
// about: Grows with the chlorophyll of leaves, 300 m.
// topic: vegetation
// collections: sentinel-3-olci-l2
// keywords: OTCI canopy
// legend: 0 #7a5a35 no plants, 1.5 #e6dc9a sparse, 2.5 #a9cf72, 3.5 #4f9e45 dense, 5.5 #0b4d1c very dense
function setup() {
  return {
    input: ["OTCI", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.OTCI];
}
