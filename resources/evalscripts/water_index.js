//VERSION=3
// title: Water index (NDWI)
// about: One band of numbers from -1 to 1; above 0 is mostly open water. No data is not-a-number.
// topic: water
// keywords: NDWI
// legend: -0.5 #8a6d3b dry land, -0.1 #efe6cf, 0 #d7ecf2 edge, 0.3 #58a5d6 water, 0.8 #0b3d91 clear water
// collections: sentinel-2-l2a, sentinel-2-l1c
function setup() {
  return {
    input: ["B03", "B08", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  var total = sample.B03 + sample.B08;
  if (sample.dataMask === 0 || total === 0) {
    return [NaN];
  }
  return [(sample.B03 - sample.B08) / total];
}
