//VERSION=3
// title: Ten land bands as reflectance
// about: The bands of 10 and 20 m as 32 bit reflectance, for analysis of your own.
// topic: raw bands
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: FLOAT32 spectral
function setup() {
  return {
    input: ["B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12"],
    output: { bands: 10, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  return [
    sample.B02, sample.B03, sample.B04, sample.B05, sample.B06, sample.B07, sample.B08, sample.B8A, sample.B11,
    sample.B12
  ];
}
