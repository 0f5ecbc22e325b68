// A clip in a gallery shows a few silent seconds of itself while it is pointed at or has the focus.

const patience = 120;
const still = matchMedia("(prefers-reduced-motion: reduce)");
let wanted = 0;
let shown = null;

function end() {
  clearTimeout(wanted);
  shown?.remove();
  shown = null;
}

function begin(link) {
  end();
  if (still.matches || navigator.connection?.saveData) return;
  wanted = setTimeout(() => {
    const film = document.createElement("video");
    Object.assign(film, { src: link.dataset.glimpse, muted: true, loop: true, playsInline: true, className: "glimpse" });
    film.setAttribute("aria-hidden", "true");
    film.tabIndex = -1;
    film.addEventListener("playing", () => film.classList.add("is-playing"), { once: true });
    shown = film;
    link.firstElementChild.after(film);
    film.play().catch(() => film.remove());
  }, patience);
}

const clipOf = (target) => (target instanceof Element ? target.closest("a[data-glimpse]") : null);

document.addEventListener("pointerover", (event) => {
  const link = clipOf(event.target);
  if (event.pointerType !== "touch" && link && !link.contains(event.relatedTarget)) begin(link);
});
document.addEventListener("pointerout", (event) => {
  const link = clipOf(event.target);
  if (link && !link.contains(event.relatedTarget)) end();
});
document.addEventListener("focusin", (event) => {
  const link = clipOf(event.target);
  if (link?.matches(":focus-visible")) begin(link);
});
document.addEventListener("focusout", (event) => { if (clipOf(event.target)) end(); });
