//VERSION=3
// title: Aerosol optical thickness
// about: How much dust and smoke the correction of the atmosphere found.
// topic: atmosphere
// collections: sentinel-2-l2a
// keywords: AOT haze dust
// legend: 0 #2a5f9e clean, 0.2 #8fc1c9, 0.4 #f1e3a8, 0.8 #b1532c hazy
function setup() {
  return {
    input: ["AOT", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.AOT];
}
