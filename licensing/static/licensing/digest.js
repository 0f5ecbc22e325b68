// The SHA-256 of a chosen file, worked out here: the file itself is then not sent.
const MOST = 1 << 30; // the browser wants the whole file in memory

async function digest(file) {
  const bytes = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

for (const input of document.querySelectorAll("[data-digest-into]")) {
  const { name } = input;
  const target = document.getElementById(input.dataset.digestInto);
  input.addEventListener("change", async () => {
    const [file] = input.files;
    target.value = "";
    target.setCustomValidity("");
    input.name = name;
    if (!file || !crypto.subtle) return;
    input.removeAttribute("name");
    if (file.size > MOST) {
      target.setCustomValidity("This file is above 1 GB: paste its SHA-256, as sha256sum prints it.");
      target.reportValidity();
      return;
    }
    const button = input.form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      target.value = await digest(file);
      document.dispatchEvent(new CustomEvent("announce", { detail: "The SHA-256 of the file is filled in" }));
    } finally {
      button.disabled = false;
    }
  });
  target.addEventListener("input", () => target.setCustomValidity(""));
}
