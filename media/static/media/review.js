// The editors' keys. Every key presses something that is on the page: [data-key] names it.

const stage = document.getElementById("picture");
const decision = document.getElementById("decision");

for (const hidden of document.querySelectorAll("[data-key][hidden]")) hidden.hidden = false;

function zoom() {
  const button = document.querySelector("[data-zoom]");
  const isLarge = stage.classList.toggle("is-large");
  button.setAttribute("aria-pressed", String(isLarge));
  if (isLarge) {
    stage.scrollTo((stage.scrollWidth - stage.clientWidth) / 2, (stage.scrollHeight - stage.clientHeight) / 2);
  }
}
document.querySelector("[data-zoom]")?.addEventListener("click", zoom);
stage?.addEventListener("dblclick", zoom);

function toggleReason(number) {
  decision?.querySelectorAll("[name=reasons]")[number - 1]?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("textarea, select, input:not([type=checkbox]), dialog[open]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (/^[1-9]$/.test(event.key)) toggleReason(Number(event.key));
  else if (event.key === "n") decision?.querySelector("[name=note]").focus();
  else document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  if (event.key === "n") event.preventDefault();
});
