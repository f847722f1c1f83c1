// Parts of the standard library that scripts written for V8 may use and QJSEngine lacks.
(function () {
  function define(owner, name, value) {
    if (!owner[name]) Object.defineProperty(owner, name, { value: value, writable: true, configurable: true });
  }

  function flatten(list, depth, into) {
    list.forEach(function (entry) {
      if (Array.isArray(entry) && depth > 0) flatten(entry, depth - 1, into);
      else into.push(entry);
    });
    return into;
  }

  define(Array.prototype, "flat", function (depth) {
    return flatten(this, depth === undefined ? 1 : depth, []);
  });
  define(Array.prototype, "flatMap", function (change, self) {
    return flatten(this.map(change, self), 1, []);
  });
  define(Array.prototype, "at", function (index) {
    return this[index < 0 ? this.length + index : index];
  });
  define(Array.prototype, "findLast", function (test, self) {
    return this[this.findLastIndex(test, self)];
  });
  define(Array.prototype, "findLastIndex", function (test, self) {
    for (var i = this.length - 1; i >= 0; i--) {
      if (test.call(self, this[i], i, this)) return i;
    }
    return -1;
  });
  define(Array.prototype, "toSorted", function (order) { return this.slice().sort(order); });
  define(Array.prototype, "toReversed", function () { return this.slice().reverse(); });
  define(Array.prototype, "with", function (index, value) {
    var copy = this.slice();
    copy[index < 0 ? copy.length + index : index] = value;
    return copy;
  });

  define(String.prototype, "at", function (index) {
    return this.charAt(index < 0 ? this.length + index : index) || undefined;
  });
  define(String.prototype, "replaceAll", function (old, made) {
    if (old instanceof RegExp) return this.replace(old, made);
    return this.split(old).map(function (part, i, all) {
      return i + 1 < all.length ? part + (typeof made === "function" ? made(old) : made) : part;
    }).join("");
  });
  define(String.prototype, "trimStart", function () { return this.replace(/^\s+/, ""); });
  define(String.prototype, "trimEnd", function () { return this.replace(/\s+$/, ""); });
  define(String.prototype, "matchAll", function (pattern) {
    var found = [];
    this.replace(new RegExp(pattern, "g"), function () {
      var groups = Array.prototype.slice.call(arguments, 0, -2);
      groups.index = arguments[arguments.length - 2];
      groups.input = arguments[arguments.length - 1];
      found.push(groups);
    });
    return found[Symbol.iterator]();
  });

  define(Object, "hasOwn", function (owner, name) { return Object.prototype.hasOwnProperty.call(owner, name); });
  define(Object, "fromEntries", function (entries) {
    var made = {};
    Array.from(entries).forEach(function (entry) { made[entry[0]] = entry[1]; });
    return made;
  });

  var whole = Function("return this")();
  define(whole, "globalThis", whole);
  if (!whole.console) {
    define(whole, "console", {});
    ["log", "info", "warn", "error", "debug"].forEach(function (name) { define(whole.console, name, function () {}); });
  }
})();
