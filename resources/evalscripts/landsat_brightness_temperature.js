//VERSION=3
// title: Brightness temperature, degrees Celsius
// about: Heat at the top of the atmosphere, in degrees Celsius; clouds are cold.
// topic: temperature
// collections: landsat-ot-l1, landsat-8-l1c
// keywords: thermal heat
// legend: -20 #2b3f8f cold, 5 #6fb7d6, 20 #f5f0c4, 30 #ee8a3b warm, 50 #8b1010 hot
function setup() {
  return {
    input: ["B10", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.B10 - 273.15];
}
