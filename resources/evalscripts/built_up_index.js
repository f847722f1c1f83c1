//VERSION=3
// title: Built-up index (NDBI)
// about: Towns and bare ground above 0.
// topic: urban
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: NDBI city settlement
// legend: -0.5 #2b6b2f plants, -0.1 #b7cf9a, 0 #efe9d8, 0.2 #d98b5f built, 0.5 #8d1f1f dense
function setup() {
  return {
    input: ["B11", "B08", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  var total = sample.B11 + sample.B08;
  if (sample.dataMask === 0 || total === 0) {
    return [NaN];
  }
  return [(sample.B11 - sample.B08) / total];
}
