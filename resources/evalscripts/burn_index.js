//VERSION=3
// title: Burn index (NBR)
// about: Burnt ground is strongly negative, healthy plants positive; compare before and after a fire.
// topic: fire
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: NBR fire scar
// legend: -0.5 #4d0d0d burnt, -0.1 #c0503a, 0.1 #f2dfae, 0.4 #8fbf6b, 0.8 #1f6b2d green
function setup() {
  return {
    input: ["B8A", "B12", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  var total = sample.B8A + sample.B12;
  if (sample.dataMask === 0 || total === 0) {
    return [NaN];
  }
  return [(sample.B8A - sample.B12) / total];
}
