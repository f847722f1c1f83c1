//VERSION=3
// title: Chlorophyll of water
// about: Milligrams in a cubic metre, by the method for turbid water, 300 m.
// topic: water
// collections: sentinel-3-olci-l2
// keywords: algae bloom CHL
// legend: 0.01 #143c78 clear, 1 #2f8fc6, 5 #6fc7a0, 20 #d7c840 rich, 60 #a03c1e bloom
function setup() {
  return {
    input: ["CHL_NN", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [Math.pow(10, sample.CHL_NN)];
}
