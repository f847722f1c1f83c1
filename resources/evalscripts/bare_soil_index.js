//VERSION=3
// title: Bare soil index (BSI)
// about: Bare ground above 0, plants below.
// topic: soil
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: BSI tillage
// legend: -0.5 #1c6b2c plants, -0.1 #a8c98a, 0 #f2ead2, 0.2 #cf9a5b bare, 0.5 #7b3f12 very bare
function setup() {
  return {
    input: ["B02", "B04", "B08", "B11", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [(sample.B11 + sample.B04 - sample.B08 - sample.B02) / (sample.B11 + sample.B04 + sample.B08 + sample.B02)];
}
