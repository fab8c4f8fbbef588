"use strict";
// Large text and high contrast are kept for the next visit; set before the page is drawn, so that nothing jumps.
(function () {
  try {
    for (const name of ["large", "contrast"]) {
      if (localStorage.getItem("qxb-" + name) === "on") document.documentElement.classList.add(name);
    }
  } catch (error) {
    document.documentElement.classList.add("no-storage");
  }
})();
