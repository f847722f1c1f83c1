//VERSION=3
// title: Nitrogen dioxide
// about: Amount in the column of air, in micromoles a square metre: traffic, power plants, fires.
// topic: atmosphere
// collections: sentinel-5p-l2
// keywords: NO2 air quality pollution
// legend: 0 #1d2b53 little, 50 #4a7fb0, 100 #e6dfa1, 200 #d9653b much, 350 #7a0f1e very much
function setup() {
  return {
    input: ["NO2", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.NO2 * 1e6];
}
