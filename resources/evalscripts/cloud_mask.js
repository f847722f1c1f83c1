//VERSION=3
// title: Cloud mask
// about: 1 where the s2cloudless detector sees cloud, 0 elsewhere, 255 where there is no data.
// topic: clouds
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: CLM s2cloudless
// class: 0 #2f6f9f clear
// class: 1 #ffffff cloud
// class: 255 #101010 no data
function setup() {
  return {
    input: ["CLM", "dataMask"],
    output: { bands: 1, sampleType: "UINT8" }
  };
}

function evaluatePixel(sample) {
  return [sample.dataMask === 1 ? sample.CLM : 255];
}
