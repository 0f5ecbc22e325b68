// After a swap of the results: say how many there are, keep the filters open where they were.
let filtersWereOpen = false;

document.addEventListener("htmx:beforeSwap", () => {
  filtersWereOpen = document.querySelector("details.filters")?.open ?? false;
});

document.addEventListener("htmx:afterSettle", () => {
  const filters = document.querySelector("details.filters");
  if (filters) filters.open = filtersWereOpen;
  const said = document.querySelector("#results [data-announce]");
  if (said) document.dispatchEvent(new CustomEvent("announce", { detail: said.textContent.trim() }));
});
