//VERSION=3
// title: Scene classification (SCL)
// about: The class of each pixel, 0 to 11: vegetation, water, cloud, shadow, snow and others.
// topic: clouds
// keywords: SCL classes
// class: 0 #000000 no data
// class: 1 #ff0000 saturated or defective
// class: 2 #2f2f2f dark or topographic shadow
// class: 3 #643200 cloud shadow
// class: 4 #00a000 vegetation
// class: 5 #ffe65a not vegetated
// class: 6 #0000ff water
// class: 7 #808080 unclassified
// class: 8 #c0c0c0 cloud, medium probability
// class: 9 #ffffff cloud, high probability
// class: 10 #64c8ff thin cirrus
// class: 11 #ff96ff snow or ice
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
