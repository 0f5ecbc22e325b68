// What every page may use: the theme switch, menus, dialogs, one answer per form.
const root = document.documentElement;

// Read a text to people who use a screen reader. Other scripts ask for it with
// document.dispatchEvent(new CustomEvent("announce", { detail: text })).
function announce(text) {
  document.getElementById("live").textContent = text;
}
document.addEventListener("announce", (event) => announce(event.detail));

function switchTheme() {
  const isDark = getComputedStyle(root).colorScheme === "dark"
    || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  announce(`${isDark ? "Light" : "Dark"} colours`);
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-switch-theme], [data-open], [data-close], [data-print], [data-copy]");
  closeMenus(event.target.closest("details.menu"));
  if (!target) return;
  if ("switchTheme" in target.dataset) switchTheme();
  if (target.dataset.open) document.getElementById(target.dataset.open).showModal();
  if ("close" in target.dataset) target.closest("dialog").close();
  if ("print" in target.dataset) window.print();
  if (target.dataset.copy) {
    navigator.clipboard.writeText(target.dataset.copy).then(() => announce("Copied"));
  }
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.getElementById("site-search").focus();
  }
});

// A form that was sent is not sent again by a second click. It wakes when the page is shown
// again, and after a while for answers that leave the page where it is (a download).
const pause = 4000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, pause);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("htmx:responseError", () => announce("That did not work. Please try again."));
document.addEventListener("htmx:sendError", () => announce("The site does not answer. Please try again."));

// Tabs scroll on a phone: bring the one that is open into sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const bar = tab.closest(".tabs");
  bar.scrollLeft = tab.offsetLeft - (bar.clientWidth - tab.clientWidth) / 2;
}
