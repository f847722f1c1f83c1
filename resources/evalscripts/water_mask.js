//VERSION=3
// title: Water mask
// about: 1 on open water, 0 on land, 2 under cloud, 255 where there is no data.
// topic: water
// collections: sentinel-2-l2a
// keywords: flood lake river
// class: 0 #d9cfb0 land
// class: 1 #1f5fbf water
// class: 2 #ffffff cloud
// class: 255 #101010 no data
function setup() {
  return {
    input: ["B03", "B11", "SCL", "dataMask"],
    output: { bands: 1, sampleType: "UINT8" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [255];
  }
  if (sample.SCL === 8 || sample.SCL === 9 || sample.SCL === 10) {
    return [2];
  }
  return [sample.B03 > sample.B11 ? 1 : 0];
}
