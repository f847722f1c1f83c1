//VERSION=3
// title: Methane
// about: Share of the air in parts per billion.
// topic: atmosphere
// collections: sentinel-5p-l2
// keywords: CH4 greenhouse gas
// legend: 1750 #1d2b53 low, 1820 #4a9c9c, 1870 #f0e59a, 1950 #b8352a high
function setup() {
  return {
    input: ["CH4", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.CH4];
}
