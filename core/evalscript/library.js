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
  define(Object, "fromEntries", function (entries) {
    var made = {};
    Array.from(entries).forEach(function (entry) { made[entry[0]] = entry[1]; });
    return made;
  });
})();
