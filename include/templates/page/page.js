(function () {
  "use strict";
  var root = document.documentElement;
  var words = new Intl.Collator(root.lang, { numeric: true });

  // A cell without a value stays last in both directions; equal cells keep the order that they had.
  function compared(one, other, ranks, direction) {
    if (!ranks) return direction * words.compare(one.textContent, other.textContent);
    var a = one.dataset.rank, b = other.dataset.rank;
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    return direction * (a - b);
  }

  function sort(head) {
    var place = head.cellIndex, body = head.closest("table").tBodies[0], rows = Array.from(body.rows);
    var ascending = head.getAttribute("aria-sort") !== "ascending";
    var ranks = rows.some(function (row) { return row.cells[place].dataset.rank !== undefined; });
    rows.sort(function (one, other) {
      return compared(one.cells[place], other.cells[place], ranks, ascending ? 1 : -1);
    });
    body.append.apply(body, rows);
    Array.from(head.parentElement.cells).forEach(function (cell) { cell.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".sort")) sort(button.closest("th"));
    // Browsers that know `command` do this by themselves; for one that doesn't, the same again is nothing.
    var dialog = document.getElementById(button.getAttribute("commandfor"));
    if (!dialog) return;
    if (button.getAttribute("command") === "close") dialog.close();
    else if (!dialog.open) dialog.showModal();
  });
})();
