//VERSION=3
// title: Surface temperature, degrees Celsius
// about: Heat of the ground from the thermal band, in degrees Celsius.
// topic: temperature
// collections: landsat-etm-l2, landsat-tm-l2
// keywords: thermal heat LST
// legend: -10 #2b3f8f cold, 10 #6fb7d6, 25 #f5f0c4, 35 #ee8a3b warm, 55 #8b1010 hot
function setup() {
  return {
    input: ["B06", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.B06 - 273.15];
}
