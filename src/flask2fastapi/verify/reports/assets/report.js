"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const items = all(".item");
  const search = document.querySelector("#search");
  const route = document.querySelector("#route");
  const chips = all(".chip");
  const shown = document.querySelector("#shown");
  const texts = new Map();
  let current = null;

  const textOf = (item) => {
    if (!texts.has(item)) {
      const link = item.querySelector("a.cause-link");
      const cause = link && document.querySelector(link.hash);
      texts.set(item, (item.textContent + (cause ? cause.textContent : "")).toLowerCase());
    }
    return texts.get(item);
  };

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const off = new Set(chips.filter((chip) => chip.ariaPressed === "false").map((chip) => chip.value));
    let count = 0;
    for (const item of items) {
      const fits =
        !off.has(item.dataset.v) &&
        (!route.value || item.dataset.r === route.value.slice(1)) &&
        words.every((word) => textOf(item).includes(word));
      item.hidden = !fits;
      if (fits && item.classList.contains("case")) count += 1;
    }
    for (const section of all("section.items")) {
      section.querySelector(".none").hidden = section.querySelector(".item:not([hidden])") !== null;
    }
    shown.textContent = `${count} of ${items.filter((item) => item.classList.contains("case")).length} cases shown`;
    if (current && current.hidden) select(null);
  }

  function mark(item) {
    if (current) current.classList.remove("current");
    current = item;
    if (!item) return;
    item.classList.add("current");
    item.tabIndex = -1;
  }

  function select(item) {
    mark(item);
    if (!item) return;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: item.offsetHeight > innerHeight ? "start" : "nearest" });
  }

  function move(by) {
    const visible = items.filter((item) => !item.hidden);
    const at = visible.indexOf(current);
    const next = at < 0 ? (by > 0 ? 0 : visible.length - 1) : at + by;
    if (visible[next]) select(visible[next]);
  }

  function toggle() {
    if (!current || current.tagName !== "DETAILS") return;
    current.open = !current.open;
    if (current.open && current.getBoundingClientRect().bottom > innerHeight) current.scrollIntoView();
  }

  function choose(name) {
    route.value = name;
    filter();
    document.querySelector("nav").scrollIntoView();
  }

  function theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  }

  function reset() {
    search.value = "";
    route.value = "";
    for (const chip of chips) chip.ariaPressed = "true";
    filter();
    search.blur();
  }

  const keys = { j: () => move(1), k: () => move(-1), o: toggle, t: theme, x: reset };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target === search || event.target === route;
    if (event.key === "Escape" && typing) {
      if (event.target === search && search.value) { search.value = ""; filter(); } else event.target.blur();
    } else if (event.key === "Enter" && event.target === search) {
      event.preventDefault();
      search.blur();
      move(1);
    } else if (!typing && event.key === "/") {
      event.preventDefault();
      scrollTo(0, 0);
      search.focus();
      search.select();
    } else if (!typing && event.key === "Enter" && event.target === current) {
      toggle();
    } else if (!typing && Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  search.addEventListener("input", filter);
  route.addEventListener("change", filter);
  document.querySelector("nav form").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("#theme").addEventListener("click", theme);
  document.querySelector("#reset").addEventListener("click", reset);
  for (const chip of chips) {
    chip.addEventListener("click", (event) => {
      if (event.shiftKey || event.detail === 2) for (const other of chips) other.ariaPressed = String(other === chip);
      else chip.ariaPressed = String(chip.ariaPressed !== "true");
      filter();
    });
  }
  for (const button of all(".routes button")) button.addEventListener("click", () => choose(button.value));
  for (const item of items) item.addEventListener("click", () => mark(item));
  for (const link of all("a.cause-link")) {
    link.addEventListener("click", (event) => {
      const cause = document.querySelector(link.hash);
      event.stopPropagation();
      if (cause && !cause.hidden) select(cause);
    });
  }
  filter();
})();
