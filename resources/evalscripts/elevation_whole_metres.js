//VERSION=3
// title: Elevation in whole metres
// about: Metres above sea level as 16 bit whole numbers, half the size of the exact ones; -32768 where there is no data.
// topic: elevation
// collections: dem
// keywords: DEM height INT16 integer
// legend: -20 #143c78 below the sea, 0 #6eaad2, 1 #3c7846 lowland, 100 #82aa5a, 400 #d7c882 hills, 1200 #a57346, 2500 #968c87, 4000 #ffffff peaks
function setup() {
  return {
    input: ["DEM", "dataMask"],
    output: { bands: 1, sampleType: "INT16", nodataValue: -32768 }
  };
}

function evaluatePixel(sample) {
  return [sample.dataMask === 0 ? -32768 : sample.DEM];
}
