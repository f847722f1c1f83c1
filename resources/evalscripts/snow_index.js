//VERSION=3
// title: Snow index (NDSI)
// about: Above 0.4 is snow, where it is bright as well.
// topic: snow
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: NDSI ice glacier
// legend: -0.4 #6e5a41 bare, 0 #c9c2b0, 0.4 #bfe3f2 snow, 0.9 #1d6fd1 deep snow
function setup() {
  return {
    input: ["B03", "B11", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  var total = sample.B03 + sample.B11;
  if (sample.dataMask === 0 || total === 0) {
    return [NaN];
  }
  return [(sample.B03 - sample.B11) / total];
}
