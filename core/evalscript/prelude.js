// The functions, classes and tables every evalscript may use without declaring them.
// Plain ES2015. The last expression is the object of built-ins; runner.js hands its members to the script.
(function () {
  "use strict";

  var JAVA_DOUBLE_MAX_VAL = 1.7976931348623157e308;

  function index(x, y) {
    var sum = x + y;
    return sum === 0 ? 0 : (x - y) / sum;
  }

  function inverse(x) {
    return x === 0 ? JAVA_DOUBLE_MAX_VAL : 1 / x;
  }

  function int2rgb(colour) {
    return [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
  }

  function rgb2int(rgb) {
    return (rgb[0] << 16) + (rgb[1] << 8) + rgb[2];
  }

  function normalizeRGB(values) {
    return values.map(function (value) { return value / 255; });
  }

  function combine(first, second, alpha) {
    return first.map(function (value, i) { return value * alpha + second[i] * (1 - alpha); });
  }

  // ---- tables of a value ---------------------------------------------------------------------------------------

  function fresh(entry) {
    return Array.isArray(entry) ? entry.slice() : entry;
  }

  function valueMap(value, intervals, values) {
    if (!intervals || !values) return value;
    for (var i = 0; i < intervals.length; i++) {
      if (value <= intervals[i]) return fresh(values[i]);
    }
    return fresh(values[values.length - 1]);
  }

  function mix(low, high, share) {
    if (!Array.isArray(low)) return low + (high - low) * share;
    var mixed = [];
    for (var i = 0; i < low.length; i++) mixed.push(low[i] + (high[i] - low[i]) * share);
    return mixed;
  }

  function valueInterpolate(value, intervals, values) {
    if (!intervals || !values) return value;
    if (value <= intervals[0]) return fresh(values[0]);
    for (var i = 1; i < intervals.length; i++) {
      if (value <= intervals[i]) {
        if (value === intervals[i]) return fresh(values[i]);
        var share = (value - intervals[i - 1]) / (intervals[i] - intervals[i - 1]);
        return mix(values[i - 1], values[i], share);
      }
    }
    return fresh(values[values.length - 1]);
  }

  function colorBlend(value, limits, colors) {
    return valueInterpolate(value, limits, colors);
  }

  function colorMap(value, limits, colors) {
    for (var i = 0; i < limits.length; i++) {
      if (value < limits[i]) return fresh(colors[i]);
    }
    return fresh(colors[colors.length - 1]);
  }

  function bits(value, first, count) {
    return Math.floor(value / Math.pow(2, first)) % Math.pow(2, count);
  }

  function decoder(fields) {
    return function (value) {
      var flags = {};
      fields.forEach(function (field) { flags[field[0]] = bits(value, field[1], field[2]); });
      return flags;
    };
  }

  var decodeL8C2Qa = decoder([
    ["fill", 0, 1], ["dilatedCloud", 1, 1], ["cirrus", 2, 1], ["cloud", 3, 1], ["cloudShadow", 4, 1], ["snow", 5, 1],
    ["clear", 6, 1], ["water", 7, 1], ["cloudConfidence", 8, 2], ["cloudShadowConfidence", 10, 2],
    ["snowIceConfidence", 12, 2], ["cirrusConfidence", 14, 2]
  ]);

  var decodeLs8Qa = decoder([
    ["fill", 0, 1], ["terrain", 1, 1], ["radSat", 2, 2], ["cloud", 4, 1], ["cloudConf", 5, 2], ["shadowConf", 7, 2],
    ["snowIce", 9, 2], ["cirrus", 11, 2]
  ]);

  var olciFields = ["land", "coastline", "fresh_inland_water", "tidal_region", "bright", "straylight_risk", "invalid",
    "cosmetic", "duplicated", "sun_glint_risk", "dubious"].map(function (name, i) { return [name, 31 - i, 1]; });
  for (var band = 1; band <= 21; band++) {
    olciFields.push(["saturatedB" + (band < 10 ? "0" : "") + band, 21 - band, 1]);
  }
  var decodeS3OLCIQualityFlags = decoder(olciFields);

  var blueRed = [[1, 0x000080], [0.875, 0x0000ff], [0.625, 0x00ffff], [0.375, 0xffff00], [0.125, 0xff0000],
    [0, 0x800000]];
  var redTemperature = [[1, 0x000000], [0.525, 0xae0000], [0.3, 0xff6e00], [0.25, 0xff8600], [0, 0xffffff]];
  var greenWhite = [[1, 0x000000], [0.6, 0x006600], [0.3, 0x80b300], [0, 0xffffff]];
  var oceanColor = [
    [0, 147, 0, 108], [0.0471, 111, 0, 144], [0.098, 72, 0, 183], [0.149, 33, 0, 222], [0.2, 0, 10, 255],
    [0.2471, 0, 74, 255], [0.298, 0, 144, 255], [0.349, 0, 213, 255], [0.4, 0, 255, 215], [0.4471, 0, 255, 119],
    [0.498, 0, 255, 15], [0.549, 96, 255, 0], [0.6, 200, 255, 0], [0.6471, 255, 235, 0], [0.698, 255, 183, 0],
    [0.749, 255, 131, 0], [0.8, 255, 79, 0], [0.8471, 255, 31, 0], [0.898, 230, 0, 0], [0.949, 165, 0, 0],
    [1, 105, 0, 0]
  ].map(function (row) { return [row[0], [row[1] / 255, row[2] / 255, row[3] / 255]]; });
  var defaultColors = [[-1, 0x000000], [-0.2, 0xff0000], [-0.1, 0x9a0000], [0, 0x660000], [0.1, 0xffff33],
    [0.2, 0xcccc33], [0.3, 0x666600], [0.4, 0x33ffff], [0.5, 0x33cccc], [0.6, 0x006666], [0.7, 0x33ff33],
    [0.8, 0x33cc33], [0.9, 0x006600]];

  function byKey(pairs) {
    return pairs.slice().sort(function (a, b) { return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0; });
  }

  function colourOf(entry) {
    return Array.isArray(entry) ? entry.slice() : normalizeRGB(int2rgb(entry));
  }

  // How many keys are at or below the value, less one; -1 below the first and for NaN.
  function position(keys, value) {
    var i = -1;
    while (i + 1 < keys.length && keys[i + 1] <= value) i++;
    return i;
  }

  class ColorMapVisualizer {
    constructor(pairs) {
      var sorted = byKey(pairs);
      this.keys = sorted.map(function (pair) { return pair[0]; });
      this.colors = sorted.map(function (pair) { return colourOf(pair[1]); });
    }

    process(value) {
      return this.colors[Math.max(position(this.keys, value), 0)].slice();
    }

    static createDefaultColorMap() {
      return new ColorMapVisualizer(defaultColors);
    }
  }

  var trunc = Math.trunc;

  // Colours between two keys. Packed colours are mixed per channel in 0..255 and made whole by `whole`,
  // colours given as arrays are mixed as they are.
  class Ramp {
    constructor(keys, colors, whole) {
      this.keys = keys;
      this.packed = colors.every(function (color) { return !Array.isArray(color); });
      this.colors = colors.map(this.packed ? int2rgb : colourOf);
      this.whole = whole;
    }

    // Called for every pixel: written for engines that do not inline calls.
    process(value) {
      var keys = this.keys, last = keys.length - 1, i = 0;
      if (!(keys[0] <= value)) return this.at(0);
      while (i < last && keys[i + 1] <= value) i++;
      if (i === last || value === keys[i]) return this.at(i);
      var low = this.colors[i], high = this.colors[i + 1], span = keys[i + 1] - keys[i];
      var share = span - span === 0 ? (value - keys[i]) / span : 0;
      if (!this.packed) return mix(low, high, share);
      var red = low[0] + (high[0] - low[0]) * share, green = low[1] + (high[1] - low[1]) * share;
      var blue = low[2] + (high[2] - low[2]) * share;
      if (this.whole === trunc) return [(red | 0) / 255, (green | 0) / 255, (blue | 0) / 255];
      return [this.whole(red) / 255, this.whole(green) / 255, this.whole(blue) / 255];
    }

    at(i) {
      var color = this.colors[i];
      return this.packed ? [color[0] / 255, color[1] / 255, color[2] / 255] : color.slice();
    }

    inverse() {
      this.colors = this.colors.slice().reverse();
      return this;
    }
  }

  function rescaled(keys, min, max) {
    if (min === undefined || max === undefined || min === null || max === null) return keys;
    var first = keys[0], span = keys[keys.length - 1] - first;
    return keys.map(function (key) { return span === 0 ? min : min + (key - first) / span * (max - min); });
  }

  class ColorRampVisualizer extends Ramp {
    constructor(ramp, min, max) {
      var sorted = byKey(ramp);
      var keys = sorted.map(function (pair) { return pair[0]; });
      super(rescaled(keys, min, max), sorted.map(function (pair) { return pair[1]; }), trunc);
    }

    // The tables list keys downwards; these ramps pair the ascending keys with the colours as listed.
    static fromTable(table, min, max) {
      var keys = byKey(table).map(function (pair) { return pair[0]; });
      var pairs = keys.map(function (key, i) { return [key, table[i][1]]; });
      return new ColorRampVisualizer(pairs, min === undefined ? 0 : min, max === undefined ? 1 : max);
    }

    static createRedTemperature(min, max) { return ColorRampVisualizer.fromTable(redTemperature, min, max); }
    static createWhiteGreen(min, max) { return ColorRampVisualizer.fromTable(greenWhite, min, max); }
    static createBlueRed(min, max) { return ColorRampVisualizer.fromTable(blueRed, min, max); }
    static createOceanColor(min, max) { return ColorRampVisualizer.fromTable(oceanColor, min, max); }
  }

  class ColorGradientVisualizer extends Ramp {
    constructor(pairs, min, max) {
      var low = min === undefined ? 0 : min, high = max === undefined ? 1 : max;
      var sorted = byKey(pairs.map(function (pair) { return [low * pair[0] + high * (1 - pair[0]), pair[1]]; }));
      super(
        sorted.map(function (pair) { return pair[0]; }),
        sorted.map(function (pair) { return pair[1]; }),
        Math.round
      );
    }

    static createRedTemperature(min, max) { return new ColorGradientVisualizer(redTemperature, min, max); }
    static createWhiteGreen(min, max) { return new ColorGradientVisualizer(greenWhite, min, max); }
    static createBlueRed(min, max) { return new ColorGradientVisualizer(blueRed, min, max); }
  }

  class DefaultVisualizer {
    constructor(minValue, maxValue, gain, offset, gamma) {
      this.min = minValue === undefined ? 0 : minValue;
      this.max = maxValue === undefined ? 1 : maxValue;
      this.gain = gain === undefined ? 1 : gain;
      this.offset = offset === undefined ? 0 : offset;
      this.gamma = gamma === undefined ? 1 : gamma;
    }

    stretch(value) {
      var t = this.gain * (value - this.min) / (this.max - this.min) + this.offset;
      return this.gamma === 1 ? t : Math.pow(Math.max(0, t), this.gamma);
    }

    process(value) {
      return Math.min(1, Math.max(0, this.stretch(value)));
    }

    processList(values) {
      var processed = [];
      for (var i = 0; i < values.length; i++) processed.push(this.process(values[i], i));
      return processed;
    }
  }

  class HighlightCompressVisualizer extends DefaultVisualizer {
    process(value) {
      var t = this.stretch(value);
      if (this.max > 0 && this.max < 1 && t > 0.92) t = 0.92 + (t - 0.92) * (0.08 / 1.08);
      return Math.min(1, Math.max(0, t));
    }
  }

  class HighlightCompressVisualizerSingle extends HighlightCompressVisualizer {
    process(value) {
      return [super.process(value)];
    }
  }

  class Identity {
    process(value) {
      return Array.isArray(value) ? value : [value];
    }

    processList(values) {
      return values;
    }
  }

  var SampleType = { AUTO: "AUTO", INT8: "INT8", UINT8: "UINT8", INT16: "INT16", UINT16: "UINT16", FLOAT32: "FLOAT32" };
  var Mosaicking = { SIMPLE: "SIMPLE", ORBIT: "ORBIT", TILE: "TILE" };

  return {
    JAVA_DOUBLE_MAX_VAL: JAVA_DOUBLE_MAX_VAL,
    index: index, inverse: inverse, int2rgb: int2rgb, rgb2int: rgb2int, normalizeRGB: normalizeRGB, combine: combine,
    valueMap: valueMap, valueInterpolate: valueInterpolate, colorBlend: colorBlend, colorMap: colorMap,
    decodeL8C2Qa: decodeL8C2Qa, decodeLs8Qa: decodeLs8Qa, decodeS3OLCIQualityFlags: decodeS3OLCIQualityFlags,
    blueRed: blueRed, redTemperature: redTemperature, greenWhite: greenWhite, oceanColor: oceanColor,
    ColorMapVisualizer: ColorMapVisualizer, ColorRampVisualizer: ColorRampVisualizer,
    ColorGradientVisualizer: ColorGradientVisualizer, DefaultVisualizer: DefaultVisualizer,
    HighlightCompressVisualizer: HighlightCompressVisualizer,
    HighlightCompressVisualizerSingle: HighlightCompressVisualizerSingle, Identity: Identity,
    SampleType: SampleType, Mosaicking: Mosaicking
  };
})()
