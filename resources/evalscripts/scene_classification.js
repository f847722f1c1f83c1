//VERSION=3
// title: Scene classification (SCL)
// about: The class of each pixel, 0 to 11: vegetation, water, cloud, shadow, snow and others.
// topic: clouds
// keywords: SCL classes
// class: 0 #101010 no data
// class: 1 #e0201b saturated or defective
// class: 2 #3a3a44 dark area
// class: 3 #7a4a21 cloud shadow
// class: 4 #4ea84a vegetation
// class: 5 #e6d35c bare soil
// class: 6 #2a5fd0 water
// class: 7 #8f8f8f unclassified
// class: 8 #b9b9b9 cloud, medium probability
// class: 9 #ececec cloud, high probability
// class: 10 #7fd6ee thin cirrus
// class: 11 #f19bd6 snow or ice
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
