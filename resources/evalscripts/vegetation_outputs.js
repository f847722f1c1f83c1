//VERSION=3
// title: Vegetation index, picture and mask in one order
// about: Three outputs: NDVI as numbers, a coloured picture of it, and where there is data; a layer each.
// topic: vegetation
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: NDVI multi-output several dataMask
// legend index: -0.2 #6b4a2f no plants, 0 #d9c9a3 bare, 0.2 #f0ecb4 sparse, 0.4 #a9cf72 moderate, 0.6 #4f9e45 dense, 0.9 #0b4d1c very dense
// class dataMask: 0 #101010 no data
// class dataMask: 1 #f5f5f5 data
function setup() {
  return {
    input: ["B04", "B08", "dataMask"],
    output: [
      { id: "index", bands: 1, sampleType: "FLOAT32" },
      { id: "picture", bands: 3, sampleType: "UINT8" },
      { id: "dataMask", bands: 1, sampleType: "UINT8" }
    ]
  };
}

function evaluatePixel(sample) {
  var value = index(sample.B08, sample.B04);
  var colour = colorBlend(value, [-0.2, 0, 0.2, 0.4, 0.6, 0.9], [
    [107, 74, 47], [217, 201, 163], [240, 236, 180], [169, 207, 114], [79, 158, 69], [11, 77, 28]
  ]);
  return { index: [sample.dataMask === 1 ? value : NaN], picture: colour, dataMask: [sample.dataMask] };
}
