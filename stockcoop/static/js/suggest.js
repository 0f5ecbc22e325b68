// The search box as a combobox: the server sends the options, the arrow keys choose one.
const input = document.getElementById("site-search");
const list = document.getElementById("suggestions");

const options = () => [...list.querySelectorAll("[role=option]")];

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function close() {
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  mark(null);
}

function choose(option) {
  input.value = option.dataset.value;
  close();
  input.form.requestSubmit();
}

input.addEventListener("keydown", (event) => {
  const all = options();
  const now = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Escape" && all.length) {
    event.preventDefault();
    close();
  }
  if (event.key === "Enter" && now >= 0) {
    event.preventDefault();
    choose(all[now]);
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !all.length) return;
  event.preventDefault();
  mark(all[(Math.max(now, step > 0 ? -1 : 0) + step + all.length) % all.length]);
});

list.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option);
});

list.addEventListener("htmx:afterSwap", () => {
  options().forEach((option, index) => { option.id = `suggestion-${index}`; });
  input.setAttribute("aria-expanded", String(options().length > 0));
});

input.addEventListener("blur", close);
