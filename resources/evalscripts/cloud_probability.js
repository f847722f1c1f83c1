//VERSION=3
// title: Cloud probability
// about: Chance of cloud in percent, from the s2cloudless detector.
// topic: clouds
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: CLP s2cloudless
// legend: 0 #16325c clear, 30 #6f8fb5, 60 #cdd6e0, 100 #ffffff cloud
function setup() {
  return {
    input: ["CLP", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.CLP / 2.55];
}
