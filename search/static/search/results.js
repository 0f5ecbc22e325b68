// The results are swapped in place. What a new page would do by itself is done here: the filters
// stay as they were, the focus stays on the choice made, and the number found is said.
let before = { open: false, label: undefined };

const links = () => [...document.querySelectorAll(".facets a")];
const labelOf = (link) => link?.querySelector(".facet-label")?.textContent;

document.addEventListener("htmx:beforeSwap", () => {
  before = {
    open: document.querySelector("details.filters")?.open ?? false,
    label: labelOf(document.activeElement.closest(".facets a")),
  };
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.detail.elt.closest("#results") || event.detail.elt.closest("[data-collect]")) return;
  const filters = document.querySelector("details.filters");
  filters.open = before.open;
  const chosen = before.label && links().find((link) => labelOf(link) === before.label);
  (chosen || document.querySelector("#results h1")).focus({ preventScroll: true });
  const said = document.querySelector("#results [data-announce]");
  document.dispatchEvent(new CustomEvent("announce", { detail: said.textContent.trim() }));
});
