//VERSION=3
// title: Scene classification (SCL)
// about: The class of each pixel, 0 to 11: vegetation, water, cloud, shadow, snow and others.
// collections: sentinel-2-l2a
function setup() {
  return {
    input: ["SCL"],
    output: { bands: 1, sampleType: "UINT8" }
  };
}

function evaluatePixel(sample) {
  return [sample.SCL];
}
