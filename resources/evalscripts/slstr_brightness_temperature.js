//VERSION=3
// title: Brightness temperature, degrees Celsius
// about: Heat at the top of the atmosphere at 11 micrometres, in degrees Celsius; clouds are cold.
// topic: temperature
// collections: sentinel-3-slstr
// keywords: thermal heat sea surface fire
// legend: -20 #2b3f8f cold, 5 #6fb7d6, 20 #f5f0c4, 30 #ee8a3b warm, 50 #8b1010 hot
function setup() {
  return {
    input: ["S8", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.S8 - 273.15];
}
