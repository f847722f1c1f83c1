//VERSION=3
// title: Six land bands as reflectance
// about: Blue to short-wave infrared as 32 bit reflectance, for analysis of your own.
// topic: raw bands
// collections: landsat-ot-l2, landsat-ot-l1, landsat-8-l1c
// keywords: FLOAT32 spectral
function setup() {
  return {
    input: ["B02", "B03", "B04", "B05", "B06", "B07"],
    output: { bands: 6, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  return [sample.B02, sample.B03, sample.B04, sample.B05, sample.B06, sample.B07];
}
