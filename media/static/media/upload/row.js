// One line of the list, showing one Transfer.

const pattern = document.getElementById("upload-row");
const largestPreview = 40_000_000;
const buttons = {
  waiting: ["pause", "cancel"],
  hashing: ["pause", "cancel"],
  sending: ["pause", "cancel"],
  paused: ["resume", "cancel"],
  failed: ["retry", "cancel"],
  checking: [],
  ready: [],
  refused: [],
};

export function percent(share) { return `${Math.floor(share * 100)} %`; }

// A new line for `transfer`; `act` is called with the name of the button that was pressed.
export function rowFor(transfer, act) {
  const row = pattern.content.firstElementChild.cloneNode(true);
  const find = (selector) => row.querySelector(selector);
  find(".upload-name").textContent = transfer.file.name;
  for (const button of row.querySelectorAll("[data-do]")) {
    button.setAttribute("aria-label", `${button.textContent}: ${transfer.file.name}`);
    button.addEventListener("click", () => act(button.dataset.do));
  }
  preview(find(".upload-picture"), transfer.file);
  transfer.addEventListener("change", () => show(row, find, transfer));
  show(row, find, transfer);
  return row;
}

function show(row, find, transfer) {
  const share = transfer.state === "hashing" ? transfer.hashed : transfer.sent / (transfer.file.size || 1);
  const bar = find("progress");
  row.dataset.state = transfer.state;
  bar.hidden = ["checking", "ready", "refused"].includes(transfer.state);
  bar.max = 1;
  bar.value = share;
  const isMoving = ["hashing", "sending", "paused"].includes(transfer.state);
  find("[data-says]").textContent = isMoving ? `${transfer.says}, ${percent(share)}` : transfer.says;
  const open = buttons[transfer.state] || [];
  for (const button of row.querySelectorAll("[data-do]")) button.hidden = !open.includes(button.dataset.do);
  const link = find("[data-open-work]");
  link.hidden = !transfer.link;
  if (transfer.link) {
    link.href = transfer.link;
    link.textContent = transfer.state === "ready" ? "Describe" : "Show it";
    link.setAttribute("aria-label", `${link.textContent}: ${transfer.file.name}`);
  }
  if (transfer.picture) picture(find(".upload-picture"), transfer.picture);
}

function preview(frame, file) {
  if (!file.type.startsWith("image/") || file.size > largestPreview) return;
  const url = URL.createObjectURL(file);
  const image = picture(frame, url);
  const icon = image.replaced;
  image.addEventListener("load", () => URL.revokeObjectURL(url));
  image.addEventListener("error", () => {
    URL.revokeObjectURL(url);
    image.replaceWith(...icon);
  });
}

function picture(frame, url) {
  const old = frame.querySelector("img");
  if (old?.src.endsWith(url)) return old;
  const image = new Image();
  image.alt = "";
  image.src = url;
  image.replaced = [...frame.childNodes];
  frame.replaceChildren(image);
  return image;
}
