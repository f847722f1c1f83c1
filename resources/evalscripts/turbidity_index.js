//VERSION=3
// title: Turbidity index (NDTI)
// about: Red against green over water: sediment in rivers, estuaries and lakes.
// topic: water
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: NDTI sediment plume
// legend: -0.5 #0b3d91 clear, -0.2 #5aa9d6, 0 #d9e0c0, 0.2 #b98b4d turbid, 0.4 #6b3f16 very turbid
function setup() {
  return {
    input: ["B03", "B04", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.B04 + sample.B03 > 0 ? (sample.B04 - sample.B03) / (sample.B04 + sample.B03) : NaN];
}
