// Comfort on top of pages that work without it: nothing here decides or validates.
(function () {
  const root = document.documentElement;

  // Shows the controls that need JavaScript, in the page and in every fragment that arrives later.
  const reveal = function (part) {
    part.querySelectorAll("[data-theme-switch], [data-copy], [data-select-all]").forEach(function (control) {
      control.hidden = false;
    });
    countSelected();
  };

  const boxes = function () {
    return Array.from(document.querySelectorAll('input[name="selection"]'));
  };

  // Bulk buttons wait until a row is ticked.
  const countSelected = function () {
    const count = boxes().filter((box) => box.checked).length;
    document.querySelectorAll("[data-bulk]").forEach(function (form) {
      form.classList.toggle("bulk-idle", count === 0);
      form.querySelectorAll("button").forEach((button) => (button.disabled = count === 0));
      form.querySelector(".bulk-note").textContent = count === 1 ? "1 row selected:" : count + " rows selected:";
    });
  };

  const closeDropdowns = function (except) {
    document.querySelectorAll("details.dropdown-details[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  };

  const complain = function (text) {
    const alert = document.createElement("div");
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    alert.textContent = text;
    const messages = document.getElementById("messages");
    if (messages) messages.replaceChildren(alert);
  };

  const copy = function (button) {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    const done = function () {
      button.querySelector("span").textContent = "Copied";
    };
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done);
    else if (document.execCommand("copy")) done();
  };

  // A download holds what the list shows now: the search may have been typed after the page came.
  const asListed = function (link) {
    const asked = new URLSearchParams(window.location.search);
    const company = new URLSearchParams(link.search).get("company");
    if (company) asked.set("company", company);
    asked.set("format", link.dataset.asListed);
    link.search = asked.toString();
  };

  document.addEventListener("click", function (event) {
    const download = event.target.closest("[data-as-listed]");
    if (download) asListed(download);
    const target = event.target.closest("[data-theme-switch], [data-copy]");
    closeDropdowns(event.target.closest("details.dropdown-details"));
    if (!target) return;
    if ("themeSwitch" in target.dataset) window.switchTheme();
    else copy(target);
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-select-all]")) boxes().forEach((box) => (box.checked = event.target.checked));
    if (event.target.matches('[data-select-all], input[name="selection"]')) countSelected();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.dropdown-details[open]");
    closeDropdowns();
    if (open) open.querySelector("summary").focus();
    if (window.location.hash === "#sidebar") {
      window.location.hash = "#main";
      document.querySelector(".menu-button").focus();
    }
  });

  // A fragment request that was led elsewhere (logged out meanwhile) becomes a visit of that page.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const pathOf = (address) => new URL(address, window.location.href).pathname;
    if (pathOf(event.detail.pathInfo.finalRequestPath) !== pathOf(event.detail.xhr.responseURL)) {
      event.detail.shouldSwap = false;
      window.location.assign(event.detail.xhr.responseURL);
    }
  });
  document.addEventListener("htmx:responseError", function (event) {
    complain("The server answered with an error (" + event.detail.xhr.status + "). Reload the page and try again.");
  });
  document.addEventListener("htmx:sendError", function () {
    complain("The server could not be reached. Check the connection and try again.");
  });
  document.addEventListener("htmx:load", (event) => reveal(event.detail.elt));
  // The bar stands outside the list it changes: refresh repeats the address as it is now, filters keep its order.
  document.addEventListener("htmx:configRequest", function (event) {
    const sort = new URLSearchParams(window.location.search).get("sort");
    if ("refresh" in event.detail.elt.dataset) event.detail.path = window.location.pathname + window.location.search;
    if (event.detail.elt.matches(".toolbar-filters") && sort) event.detail.parameters.sort = sort;
  });

  // On a phone the tabs are wider than the page: the one that is open has to be in sight.
  const tab = document.querySelector(".tabs .active");
  if (tab) tab.closest(".tabs").scrollLeft = tab.offsetLeft - tab.closest(".tabs").offsetLeft - 16;

  root.classList.add("js");
  reveal(document);
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
})();
