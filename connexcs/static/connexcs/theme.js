// Sets light or dark before the page is painted: the reader's own choice, else what the system says.
(function () {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = function () {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage switched off: follow the system
    }
  };
  const apply = function () {
    const choice = chosen();
    const dark = choice === "dark" || (choice !== "light" && system.matches);
    document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  window.switchTheme = function () {
    const next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    const same = (next === "dark") === system.matches;
    try {
      localStorage.setItem("theme", same ? "auto" : next); // "auto" is also the word of the support site
    } catch {
      // not remembered, but switched
    }
    document.documentElement.setAttribute("data-bs-theme", next);
  };
})();
