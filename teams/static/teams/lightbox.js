// Works are dragged into another order. Without a script, and by keyboard, the buttons do it.
const list = document.querySelector("[data-sortable]");
let dragged;

list?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("li");
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
});

list?.addEventListener("dragover", (event) => {
  const over = event.target.closest("li");
  if (!dragged || !over) return;
  event.preventDefault();
  if (over === dragged) return;
  const { left, width } = over.getBoundingClientRect();
  over.insertAdjacentElement(event.clientX < left + width / 2 ? "beforebegin" : "afterend", dragged);
});

list?.addEventListener("drop", (event) => event.preventDefault());

list?.addEventListener("dragend", async () => {
  const item = dragged;
  dragged = undefined;
  item.classList.remove("is-dragged");
  const form = item.querySelector("form[data-move]");
  const body = new FormData(form);
  body.set("place", [...list.children].indexOf(item));
  const answer = await fetch(form.action, { method: "POST", body });
  const said = answer.ok ? "Moved" : "That did not work. Please try again.";
  document.dispatchEvent(new CustomEvent("announce", { detail: said }));
  // The buttons count places, so they are asked for anew.
  location.reload();
});
