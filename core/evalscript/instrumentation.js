;return function (name) {
  switch (name) {
    case "setup": return typeof setup === "undefined" ? undefined : setup;
    case "evaluatePixel": return typeof evaluatePixel === "undefined" ? undefined : evaluatePixel;
    case "updateOutput": return typeof updateOutput === "undefined" ? undefined : updateOutput;
    case "updateOutputMetadata": return typeof updateOutputMetadata === "undefined" ? undefined : updateOutputMetadata;
  }
};
})(); })();

// From here on: the script above, run tile by tile. For each pixel the first tile with data is taken, as SIMPLE
// mosaicking does, and counted.
var workbenchState = { counts: [], pixels: 0, bands: [], addedMask: false, pixel: null, scenes: {}, metadata: {} };

function workbenchInput(declared) {
  var entries = [].concat(declared.input);
  if (typeof entries[0] === "string") entries = [{ bands: entries }];
  var mode = String(entries[0].mosaicking || declared.mosaicking || "SIMPLE").toUpperCase();
  if (entries.length > 1) throw new Error("Tiles can be recorded for scripts with one input only.");
  if (mode === "TILE" || mode === "ORBIT") throw new Error("Tiles can be recorded for SIMPLE mosaicking only.");
  return Object.assign({}, entries[0]);
}

function setup() {
  var declared = workbenchScript("setup")(), input = workbenchInput(declared);
  var bands = workbenchState.bands = input.bands.slice();
  workbenchState.addedMask = bands.indexOf("dataMask") < 0;
  if (workbenchState.addedMask) {
    input.bands = bands.concat("dataMask");
    if (Array.isArray(input.units) && input.units.length === bands.length) input.units = input.units.concat("DN");
  }
  delete input.mosaicking;
  return Object.assign({}, declared, { input: [input], mosaicking: "TILE" });
}

function workbenchPlain(sample) {
  if (!workbenchState.addedMask) return sample;
  var bands = workbenchState.bands, plain = {};
  for (var b = 0; b < bands.length; b++) plain[bands[b]] = sample[bands[b]];
  return plain;
}

// Where no tile has data every band is 0, or NaN in the collections that mark it so.
function workbenchNothing(samples) {
  var bands = workbenchState.bands, nothing = {};
  for (var b = 0; b < bands.length; b++) {
    var value = samples.length ? samples[0][bands[b]] : 0;
    nothing[bands[b]] = value !== value ? value : 0;
  }
  return nothing;
}

function evaluatePixel(samples, scenes, inputMetadata, customData, outputMetadata) {
  var state = workbenchState, sample = null;
  var pixel = state.pixel || (state.pixel = workbenchScript("evaluatePixel"));
  state.pixels++;
  for (var i = 0; i < samples.length; i++) {
    if (samples[i].dataMask) {
      state.counts[i] = (state.counts[i] || 0) + 1;
      sample = workbenchPlain(samples[i]);
      break;
    }
  }
  return pixel(sample || workbenchNothing(samples), state.scenes, inputMetadata, customData, state.metadata);
}

function updateOutput(outputs, collections) {
  var update = workbenchScript("updateOutput");
  if (update) update(outputs, collections);
}

function updateOutputMetadata(scenes, inputMetadata, outputMetadata) {
  var state = workbenchState, tiles = [], update = workbenchScript("updateOutputMetadata");
  state.counts.forEach(function (count, i) {
    var tile = (scenes.tiles || [])[i] || {};
    tiles.push({
      date: tile.date, id: tile.tileOriginalId, cloudCoverage: tile.cloudCoverage, shId: tile.shId,
      dataPath: tile.dataPath, pixels: count
    });
  });
  if (update) update(state.scenes, inputMetadata, state.metadata);
  var own = state.metadata.userData;
  outputMetadata.userData = { workbench_tiles: tiles, pixels: state.pixels, user: own === undefined ? null : own };
}
