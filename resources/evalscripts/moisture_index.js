//VERSION=3
// title: Moisture index (NDMI)
// about: Water in leaves: brown is dry, blue is moist.
// topic: moisture
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: NDMI drought canopy water
// legend: -0.6 #8c2d04 very dry, -0.2 #e8a35b dry, 0 #f6efd6, 0.2 #8fc9c2 moist, 0.6 #12508f very moist
function setup() {
  return {
    input: ["B8A", "B11", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  var total = sample.B8A + sample.B11;
  if (sample.dataMask === 0 || total === 0) {
    return [NaN];
  }
  return [(sample.B8A - sample.B11) / total];
}
