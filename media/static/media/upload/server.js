// What the site and the storage are asked for. Everything here answers a value or throws Refusal
// (a clear no with words) or Unreachable (worth another try).

export class Refusal extends Error {
  constructor(message, status, answer) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}

export class Unreachable extends Error {}

const begin = document.getElementById("uploader").dataset.begin;
const token = document.querySelector("#dropzone [name=csrfmiddlewaretoken]").value;

async function ask(url, method = "GET", value = undefined, signal = undefined) {
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  if (value !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, { method, headers, signal, body: JSON.stringify(value) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable("The site does not answer.");
  }
  if (response.status >= 500 || response.status === 429) throw new Unreachable("The site is busy.");
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isJson ? await response.json() : {};
  if (!response.ok) {
    throw new Refusal(answer.error || "The site refused this. Please sign in again.", response.status, answer);
  }
  return answer;
}

export const announce = (file, digests) => ask(begin, "POST", {
  name: file.name, media_type: file.type, size: file.size, digests,
});
export const finish = (id, signal) => ask(`${begin}/${id}/finish`, "POST", undefined, signal);
export const abort = (id) => ask(`${begin}/${id}/abort`, "POST");
export const howFar = async (ids) => {
  const query = ids.map((id) => `id=${encodeURIComponent(id)}`).join("&");
  return (await ask(`${begin}?${query}`)).uploads;
};

// What a bucket calls a part that holds other bytes than were announced.
const otherBytes = /<Code>(BadDigest|InvalidDigest|XAmzContentChecksumMismatch)</;

// What became of a part that was answered. An address that has expired (403), a busy bucket and a
// line that broke off are worth another try, which begins with a new address.
function settled(request) {
  const says = request.responseText;
  if (request.status === 200) return null;
  if (request.status === 400 && (!says.includes("<Code>") || otherBytes.test(says))) {
    return new Refusal("The file was changed while it was sent.", 400, {});
  }
  if (request.status === 404) return new Refusal("This upload was cleared away.", 404, {});
  return new Unreachable("The storage did not take a part.");
}

// Send one part straight to the storage, which may be on another origin: only the headers that
// were signed, no cookie. fetch cannot tell how far it is, XMLHttpRequest can. Some refusals of a
// bucket come without leave to read them, so they look like a line that broke off.
export async function send(id, number, body, signal, onProgress) {
  const leave = await ask(`${begin}/${id}/parts/${number}`, "POST", undefined, signal);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", leave.url);
    for (const [name, value] of Object.entries(leave.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      const error = settled(request);
      if (error) reject(error);
      else resolve();
    };
    request.onerror = () => reject(new Unreachable("The storage does not answer."));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}
