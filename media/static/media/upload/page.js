// The upload page: takes files, gives each its turn, shows how far all of them are.
import * as server from "./server.js";
import { percent, rowFor } from "./row.js";
import { Transfer } from "./transfer.js";

const FILES_AT_ONCE = 3;
const CHECK_EVERY = 1500;
const MOST_ASKED = 50;

const uploader = document.getElementById("uploader");
const dropzone = document.getElementById("dropzone");
const input = dropzone.querySelector("input[type=file]");
const list = document.getElementById("uploads");
const overall = document.getElementById("overall");
const offline = document.getElementById("offline");
const transfers = [];
const rows = new Map();

const say = (text) => document.dispatchEvent(new CustomEvent("announce", { detail: text }));
const inState = (...states) => transfers.filter((transfer) => states.includes(transfer.state));

const isSame = (one, other) => one.name === other.name && one.size === other.size
  && one.lastModified === other.lastModified;

function add(chosen) {
  const here = inState("waiting", "hashing", "sending", "paused", "checking");
  const files = chosen.filter((file) => !here.some((transfer) => isSame(transfer.file, file)));
  if (!files.length) {
    say("Already in the list");
    return;
  }
  for (const file of files) {
    const transfer = new Transfer(file, Number(uploader.dataset.partBytes));
    transfers.push(transfer);
    const row = rowFor(transfer, (name) => act(transfer, name));
    rows.set(transfer, row);
    place(row, transfer);
    transfer.addEventListener("change", () => changed(transfer));
  }
  document.getElementById("under-way").hidden = false;
  say(files.length === 1 ? `${files[0].name} added` : `${files.length} files added`);
  next();
}

// In place of the line that says this file was interrupted, if there is one.
function place(row, transfer) {
  const { name, size } = transfer.file;
  const old = [...list.querySelectorAll("[data-id]")]
    .find((other) => other.dataset.name === name && other.dataset.size === String(size));
  transfer.interrupted = old;
  if (old) old.replaceWith(row);
  else list.append(row);
}

// The site knows an upload by its content: a file of the same name may be another one.
function recognise(transfer) {
  const old = transfer.interrupted;
  if (old && old.dataset.id !== transfer.id) rows.get(transfer).after(old);
  transfer.interrupted = null;
  list.querySelector(`[data-id="${transfer.id}"]`)?.remove();
}

function next() {
  const free = FILES_AT_ONCE - inState("hashing", "sending").length;
  for (const transfer of inState("waiting").slice(0, Math.max(free, 0))) transfer.run();
  showOverall();
}

function act(transfer, name) {
  if (name === "pause") transfer.pause();
  else if (name === "cancel") cancel(transfer);
  else transfer.queue();
}

async function cancel(transfer) {
  rows.get(transfer).remove();
  transfers.splice(transfers.indexOf(transfer), 1);
  await transfer.cancel().catch(() => say(`${transfer.file.name} could not be cancelled on the site.`));
  next();
}

function changed(transfer) {
  if (transfer.id) recognise(transfer);
  if (transfer.state === transfer.told) {
    showOverall();
    return;
  }
  transfer.told = transfer.state;
  if (["ready", "refused", "failed"].includes(transfer.state)) say(`${transfer.file.name}: ${transfer.says}`);
  queueMicrotask(next);
}

function showOverall() {
  const all = transfers.filter((transfer) => !["refused", "cancelled"].includes(transfer.state));
  const size = all.reduce((sum, transfer) => sum + transfer.file.size, 0);
  const sent = all.reduce((sum, transfer) => sum + transfer.sent, 0);
  const arrived = inState("checking", "ready").length;
  const share = size ? sent / size : 1;
  overall.hidden = all.length < 2;
  overall.querySelector("progress").value = share;
  overall.querySelector("[data-overall-label]").textContent = `${arrived} of ${all.length} files have arrived`;
  overall.querySelector("[data-overall-text]").textContent = percent(share);
}

async function follow() {
  const checking = inState("checking").slice(0, MOST_ASKED);
  if (checking.length && navigator.onLine) {
    const answers = await server.howFar(checking.map((transfer) => transfer.id)).catch(() => []);
    for (const row of answers) checking.find((transfer) => transfer.id === row.id).follow(row);
  }
  setTimeout(follow, CHECK_EVERY);
}

function showOffline() { offline.hidden = navigator.onLine; }

function takeDrops() {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    dropzone.classList.add("is-over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) dropzone.classList.remove("is-over");
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    dropzone.classList.remove("is-over");
    add([...event.dataTransfer.files]);
  });
}

function start() {
  input.multiple = true;
  input.classList.add("visually-hidden");
  for (const hidden of dropzone.querySelectorAll("[data-with-script]")) hidden.hidden = false;
  for (const plain of dropzone.querySelectorAll("[data-without-script]")) plain.remove();
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  takeDrops();
  addEventListener("online", showOffline);
  addEventListener("offline", showOffline);
  addEventListener("beforeunload", (event) => {
    if (inState("hashing", "sending").length) event.preventDefault();
  });
  showOffline();
  follow();
}

// Digests need a page that came by HTTPS (or from this machine); without, the plain form stays.
if (globalThis.crypto?.subtle) start();
