//VERSION=3
// title: Number of clear views
// about: How many of the period's scenes show the ground, pixel by pixel; reads every scene, so it costs more units.
// topic: clouds
// collections: sentinel-2-l2a
// keywords: availability count observations
// legend: 0 #3b0f0f none, 1 #c0603a, 3 #f2e3a0, 6 #6fb08f, 12 #0b4d6b many
var CLEAR = [2, 4, 5, 6, 7, 11];

function setup() {
  return {
    input: ["SCL", "dataMask"],
    output: { bands: 1, sampleType: "UINT8" },
    mosaicking: "ORBIT"
  };
}

function evaluatePixel(samples) {
  var count = 0;
  for (var i = 0; i < samples.length; i++) {
    if (samples[i].dataMask === 1 && CLEAR.indexOf(samples[i].SCL) >= 0) {
      count++;
    }
  }
  return [count];
}
