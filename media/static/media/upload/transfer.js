// One file on its way: hashing, sending, checking. It knows nothing of the page.
import * as server from "./server.js";

const TRIES = 6;
const PARTS_AT_ONCE = 2;

// A no that trying again does not change: the file itself is not taken.
const isFinal = (error) => error instanceof server.Refusal
  && ([413, 422].includes(error.status) || "first" in error.answer);
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const seconds = (count) => new Promise((resolve) => { setTimeout(resolve, count * 1000); });
const online = () => navigator.onLine || new Promise((resolve) => {
  addEventListener("online", resolve, { once: true });
});

// Dispatches "change" whenever `state`, `says`, `link`, `picture` or how far it is changes.
export class Transfer extends EventTarget {
  constructor(file, partBytes) {
    super();
    this.file = file;
    this.partBytes = partBytes;
    this.id = null;
    this.digests = null;
    this.done = new Set();
    this.loaded = new Map();
    this.hashed = 0;
    this.become("waiting", "Waiting");
  }

  get parts() { return Math.ceil(this.file.size / this.partBytes); }

  // Bytes of this file that are in the storage, or on the way there.
  get sent() {
    if (["checking", "ready"].includes(this.state)) return this.file.size;
    const loaded = [...this.loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
    const whole = [...this.done].reduce((sum, number) => sum + this.part(number).size, 0);
    return Math.min(whole + loaded, this.file.size);
  }

  part(number) {
    return this.file.slice((number - 1) * this.partBytes, number * this.partBytes);
  }

  become(state, says, more = {}) {
    Object.assign(this, { state, says, ...more });
    this.dispatchEvent(new Event("change"));
  }

  // Go as far as "checking", or end in another state; never throws.
  async run() {
    // A run keeps its own controller: one that was paused must not go on beside its successor.
    const stop = new AbortController();
    this.stop = stop;
    try {
      if (!this.digests) {
        this.become("hashing", "Reading");
        this.digests = await this.hash(stop.signal);
      }
      this.become("sending", "Sending");
      await this.again(() => this.announce(stop.signal), stop.signal);
      await this.sendMissing(stop.signal);
      this.become("checking", "Arrived; being checked");
    } catch (error) {
      stop.abort();
      this.giveUp(error);
    }
  }

  async hash(signal) {
    if (!this.file.size) throw new server.Refusal(`“${this.file.name}” is empty.`, 422, {});
    const digests = [];
    for (let number = 1; number <= this.parts; number += 1) {
      signal.throwIfAborted();
      const bytes = await this.part(number).arrayBuffer();
      digests.push(hex(await crypto.subtle.digest("SHA-256", bytes)));
      this.hashed = number / this.parts;
      this.dispatchEvent(new Event("change"));
    }
    return digests;
  }

  async announce(signal) {
    // Not stopped half-way: the site would keep an upload that nobody knows of here.
    const row = await server.announce(this.file, this.digests);
    this.id = row.id;
    if (this.state === "cancelled") await server.abort(row.id);
    signal.throwIfAborted();
    this.done = new Set(row.sent);
    this.become("sending", row.sent.length ? "Going on where it stopped" : "Sending");
  }

  async sendMissing(signal) {
    const missing = [];
    for (let number = 1; number <= this.parts; number += 1) {
      if (!this.done.has(number)) missing.push(number);
    }
    const lane = async () => {
      for (let number = missing.shift(); number; number = missing.shift()) await this.sendPart(number, signal);
    };
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, lane));
    try {
      await this.again(() => server.finish(this.id, signal), signal);
    } catch (error) {
      if (!error.answer?.missing) throw error;
      error.answer.missing.forEach((number) => this.done.delete(number));
      throw new server.Unreachable("The storage lost a part.");
    }
  }

  async sendPart(number, signal) {
    const body = this.part(number);
    await this.again(() => server.send(this.id, number, body, signal, (bytes) => {
      this.loaded.set(number, bytes);
      this.dispatchEvent(new Event("change"));
    }), signal);
    this.loaded.delete(number);
    this.done.add(number);
    this.dispatchEvent(new Event("change"));
  }

  async again(attempt, signal) {
    for (let wait = 1, left = TRIES; ; wait *= 2, left -= 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof server.Unreachable) || left <= 1) throw error;
        signal.throwIfAborted();
        await seconds(wait);
        await online();
        signal.throwIfAborted();
      }
    }
  }

  giveUp(error) {
    this.loaded.clear();
    if (error.name === "AbortError") return;
    if (isFinal(error)) {
      this.become("refused", error.message, { link: error.answer.first || null });
    } else if (["NotReadableError", "NotFoundError"].includes(error.name) || error.status === 400) {
      this.digests = null;
      this.become("failed", "The file was changed or moved. Choose it again.");
    } else {
      this.become("failed", error.message);
    }
  }

  pause() {
    this.become("paused", "Paused");
    this.stop?.abort();
  }

  // Wait for a turn again.
  queue() { this.become("waiting", "Waiting"); }

  async cancel() {
    this.become("cancelled", "Cancelled");
    this.stop?.abort();
    if (this.id) await server.abort(this.id);
  }

  // What the server says of a file that is being checked.
  follow(row) {
    if (row.state === "refused") this.become("refused", row.refusal, { link: row.url });
    else if (row.state === "ingesting" && row.read) this.become("checking", `Arrived; read ${row.read} %`);
    else if (row.state !== "ingesting") {
      this.become("ready", "Ready to be described", { link: row.url, picture: row.picture });
    }
  }
}
