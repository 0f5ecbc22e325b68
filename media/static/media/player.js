// The player of clips: our own controls in the place of the browser's, with a picture from the
// contact sheet over the line while somebody points at it or moves along it by keys.

const said = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const inWords = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  const rest = `${Math.floor(seconds % 60)} seconds`;
  return minutes ? `${minutes} minute${minutes > 1 ? "s" : ""} ${rest}` : rest;
};

class Player {
  constructor(figure) {
    const find = (name) => figure.querySelector(`[data-player-${name}]`);
    this.figure = figure;
    this.film = figure.querySelector("video");
    this.line = find("line");
    this.clock = find("clock");
    this.picture = find("picture");
    this.moment = find("moment");
    this.buttons = { play: find("play"), sound: find("sound"), whole: find("whole") };
    this.sheet = JSON.parse(figure.dataset.player);
    this.film.controls = false;
    find("controls").hidden = false;
    figure.classList.add("is-ready");
    this.line.max = this.sheet.duration;
    this.listen();
    this.show();
  }

  get duration() { return Number.isFinite(this.film.duration) ? this.film.duration : this.sheet.duration; }

  listen() {
    const { film, line, buttons } = this;
    buttons.play.addEventListener("click", () => this.toggle());
    film.addEventListener("click", () => this.toggle());
    buttons.sound.addEventListener("click", () => { film.muted = !film.muted; });
    buttons.whole.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else this.figure.requestFullscreen();
    });
    buttons.whole.hidden = !document.fullscreenEnabled;
    for (const event of ["play", "pause", "timeupdate", "durationchange", "volumechange", "seeked"]) {
      film.addEventListener(event, () => this.show());
    }
    line.addEventListener("input", () => {
      film.currentTime = Number(line.value);
      this.scrub(Number(line.value));
    });
    line.addEventListener("pointermove", (event) => this.scrub(this.under(event)));
    line.addEventListener("focus", () => { if (line.matches(":focus-visible")) this.scrub(film.currentTime); });
    for (const event of ["pointerleave", "blur", "change"]) line.addEventListener(event, () => this.rest(event));
    this.figure.addEventListener("keydown", (event) => this.press(event));
  }

  toggle() {
    if (this.film.paused) this.film.play();
    else this.film.pause();
  }

  // What every player does with these keys; on the line the arrows are the browser's own.
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target.closest("button") ? [] : [" "];
    if ([...on, "k"].includes(event.key)) this.toggle();
    else if (event.key === "m") this.film.muted = !this.film.muted;
    else if (event.key === "f") this.buttons.whole.click();
    else return;
    event.preventDefault();
  }

  under(event) {
    const box = this.line.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.max(0, Math.min(1, share)) * this.duration;
  }

  // The frame of the sheet nearest before `seconds`, above the place where it is on the line.
  scrub(seconds) {
    const { url, width, height, columns, count, every } = this.sheet;
    this.moment.textContent = said(seconds);
    if (url) {
      const number = Math.min(count - 1, Math.floor(seconds / every));
      const [across, down] = [number % columns, Math.floor(number / columns)];
      Object.assign(this.picture.style, {
        width: `${width}px`,
        height: `${height}px`,
        backgroundImage: `url("${url}")`,
        backgroundPosition: `${-across * width}px ${-down * height}px`,
      });
    }
    const bubble = this.moment.parentElement;
    bubble.hidden = false;
    const room = this.line.parentElement.clientWidth;
    const half = Math.min(bubble.offsetWidth, room) / 2;
    const centre = (seconds / this.duration) * room;
    bubble.style.left = `${Math.max(half, Math.min(room - half, centre))}px`;
  }

  rest(event) {
    if (event === "pointerleave" && this.line.matches(":focus-visible")) this.scrub(this.film.currentTime);
    else if (event !== "change" || !this.line.matches(":hover, :focus-visible")) this.moment.parentElement.hidden = true;
  }

  show() {
    const { film, line, buttons } = this;
    line.max = this.duration;
    line.value = film.currentTime;
    line.style.setProperty("--played", `${(100 * film.currentTime) / this.duration}%`);
    line.setAttribute("aria-valuetext", `${inWords(film.currentTime)} of ${inWords(this.duration)}`);
    this.clock.textContent = `${said(film.currentTime)} / ${said(this.duration)}`;
    buttons.play.setAttribute("aria-label", film.paused ? "Play" : "Pause");
    buttons.play.dataset.state = film.paused ? "paused" : "playing";
    buttons.sound.setAttribute("aria-pressed", String(film.muted));
  }
}

for (const figure of document.querySelectorAll("[data-player]")) new Player(figure);
