// What a script is told of its scenes, and what its hooks answer. `fail(message)` makes an error of the script's shape.
(function (fail) {
  "use strict";

  function dateOf(scene) {
    var tiles = scene.tiles || [];
    return new Date(scene.date || (tiles.length ? tiles[0].date : scene.dateFrom));
  }

  function dated(scene, i) {
    return Object.assign({}, scene, { date: dateOf(scene), __idx: i });
  }

  function asGiven(scene) {
    return Object.assign({}, scene, { date: dateOf(scene) });
  }

  function numbered(scene, i) {
    return Object.assign({}, scene, { __idx: i });
  }

  function withoutTiles(scene, i) {
    var copy = numbered(scene, i);
    delete copy.tiles;
    return copy;
  }

  // Old scripts read scenes[i].date as a Date, present ones scenes.tiles or scenes.orbits: one object serves both.
  function sceneList(mosaicking, scenes) {
    if (mosaicking === "SIMPLE") return {};
    var member = mosaicking === "ORBIT" ? "orbits" : "tiles", whole = {};
    whole[member] = scenes;
    var list = scenes.map(asGiven);
    Object.defineProperty(list, member, { value: scenes, writable: true });
    Object.defineProperty(list, "toJSON", { value: function () { return whole; } });
    return list;
  }

  // The second argument of evaluatePixel().
  function ofPixel(inputs) {
    if (inputs.length < 2) return inputs.length ? sceneList(inputs[0].mosaicking, inputs[0].scenes) : {};
    var all = {};
    inputs.forEach(function (input) {
      var list = sceneList(input.mosaicking, input.scenes);
      Object.defineProperty(list, "scenes", { value: list });
      all[input.id] = list;
    });
    return all;
  }

  function positions(list) {
    return list.map(function (scene) {
      var position = scene === null || typeof scene !== "object" ? null : scene.__idx;
      return typeof position === "number" && Math.floor(position) === position ? position : null;
    });
  }

  function collectionOf(input) {
    var part = { from: new Date(input.from), to: new Date(input.to), scenes: {} };
    if (input.mosaicking === "ORBIT") part.scenes.orbits = input.scenes.map(withoutTiles);
    if (input.mosaicking === "TILE") part.scenes.tiles = input.scenes.map(numbered);
    return part;
  }

  // Positions of the scenes kept, a list for each input; null where all are.
  function preProcess(hook, inputs) {
    var collections = {}, many = inputs.length > 1;
    inputs.forEach(function (input) {
      if (many) collections[input.id] = collectionOf(input);
      else collections = collectionOf(input);
    });
    var kept = hook(collections) || collections;
    return inputs.map(function (input) {
      if (input.mosaicking === "SIMPLE") return null;
      var part = many ? kept[input.id] : kept;
      var list = part && part.scenes && (part.scenes.orbits || part.scenes.tiles);
      if (!Array.isArray(list)) throw fail("preProcessScenes() must return the collections it was given.");
      return positions(list);
    });
  }

  // Scripts of version 1 and 2 are given a list and return a list.
  function filter(hook, inputs, inputMetadata) {
    var kept = hook(inputs[0].scenes.map(dated), inputMetadata);
    if (!Array.isArray(kept)) throw fail("filterScenes() must return an array of scenes.");
    return [positions(kept)];
  }

  // The number of bands of every output after updateOutput().
  function updateOutput(hook, declared, inputs) {
    var outputs = {}, collections = {};
    declared.forEach(function (output) { outputs[output.id] = { bands: output.bands }; });
    inputs.forEach(function (input) {
      var part = { scenes: input.scenes.map(asGiven) };
      if (inputs.length > 1) collections[input.id] = part;
      else collections = part;
    });
    hook(outputs, collections);
    return declared.map(function (output) { return outputs[output.id].bands; });
  }

  return { ofPixel: ofPixel, preProcess: preProcess, filter: filter, updateOutput: updateOutput };
})
