// Above the conversation: whom one is with, who has the case, the time that was said, and the menu.

import { avatar, h, icon, pie, settle } from "./dom.js";
import { isToday, moment, words } from "./words.js";

export class Head {
  constructor(messenger) {
    this.messenger = messenger;
    this.title = h("h2", { id: "m-h" });
    this.menuButton = h(
      "button",
      { type: "button", class: "icon-btn", "aria-label": words.more, "aria-expanded": "false", onclick: () => this.toggleMenu() },
      icon("more"),
    );
    const closing = h(
      "button",
      { type: "button", class: "icon-btn", "aria-label": words.close, onclick: () => messenger.close() },
      icon("close"),
    );
    this.menu = h("div", { class: "msgr__menu", hidden: true });
    const top = h(
      "div",
      { class: "msgr__top" },
      this.title,
      this.menuButton,
      messenger.hasAttribute("page") ? null : closing,
    );
    this.faces = h("span", { class: "faces", "aria-hidden": "true" });
    this.who = h("b");
    this.when = h("p");
    this.due = h("p", { class: "msgr__next", hidden: true });
    this.promises = h("ul", { class: "msgr__promises", "aria-label": words.promises, hidden: true });
    const who = h("div", { class: "msgr__who" }, this.faces, this.who, this.when);
    this.node = h("header", { class: "msgr__head" }, top, this.menu, who, this.due, this.promises);
    setInterval(() => this.shown && this.showTimes(this.shown), 15_000);
  }

  show({ state }) {
    this.shown = state;
    write(this.title, words.with(state.community.name));
    write(this.who, who(state));
    write(this.when, when(state));
    this.showFaces(state.faces);
    this.showTimes(state);
  }

  showTimes({ due, promises }) {
    this.showDue(due);
    this.showPromises(promises ?? []);
  }

  // What was promised, by when: kept, still to come, or later than we said.
  showPromises(promises) {
    this.promises.hidden = promises.length === 0;
    const now = Date.now();
    const key = JSON.stringify(promises) + promises.map(({ at, since }) => share(at, since, now)).join();
    if (this.promisesKey === key) return;
    this.promisesKey = key;
    this.promises.replaceChildren(...promises.map((each) => promised(each, now)));
  }

  showFaces(faces) {
    const key = JSON.stringify(faces);
    if (this.facesKey === key) return;
    this.facesKey = key;
    this.faces.replaceChildren(...faces.map((face, place) => avatar(face, place === 0 ? " avatar--l" : "")));
  }

  showDue(due) {
    this.due.hidden = !due;
    if (!due) return;
    const [at, now] = [new Date(due.at), Date.now()];
    const late = at <= now;
    const filled = share(due.at, due.since, now);
    const said = late ? (due.queued ? words.late : words.lateAnswer) : due.queued ? words.answerAbout : words.answerBy;
    const text = said + moment(at);
    this.due.classList.toggle("msgr__next--late", late);
    const key = `${text}${filled}`;
    if (this.dueKey === key) return;
    this.dueKey = key;
    this.due.replaceChildren(late ? icon("alert") : pie(filled), h("span", {}, said, h("b", {}, moment(at))));
  }

  toggleMenu() {
    if (this.closeMenu()) return;
    this.fillMenu();
    this.menu.hidden = false;
    this.menuButton.setAttribute("aria-expanded", "true");
    this.menu.querySelector("button")?.focus();
  }

  closeMenu() {
    if (this.menu.hidden) return false;
    const inside = this.menu.contains(this.menu.getRootNode().activeElement);
    this.menu.hidden = true;
    this.menuButton.setAttribute("aria-expanded", "false");
    if (inside) this.menuButton.focus();
    return true;
  }

  fillMenu() {
    const { messenger } = this;
    const { talk } = messenger;
    const item = (text, act) => h("button", { type: "button", onclick: () => (this.closeMenu(), act()) }, text);
    settle(this.menu, [
      ...(!talk.state.you.proved && messenger.canProve ? [item(words.history, () => messenger.proof.open())] : []),
      ...(talk.messages.length ? [item(words.transcript, () => saveTranscript(messenger.api))] : []),
      this.forgetting(),
    ]);
  }

  // Asks once more in place: it can't be taken back.
  forgetting() {
    const button = h("button", { type: "button" }, words.forget);
    button.addEventListener("click", () => {
      if (button.dataset.sure) return this.closeMenu(), this.messenger.signOut();
      button.dataset.sure = "yes";
      button.textContent = words.forgetSure;
    });
    return button;
  }
}

// How much of the time is over, in percent.
function share(at, since, now) {
  const [due, begun] = [new Date(at), new Date(since)];
  return due <= now ? 100 : Math.max(2, Math.round((100 * (now - begun)) / (due - begun)));
}

function promised({ name, text, at, since, kept_at: kept }, now) {
  const due = new Date(at);
  const late = !kept && due <= now;
  const sign = kept ? icon("check") : late ? icon("alert") : pie(share(at, since, now));
  const said = kept ? words.kept(name) : late ? words.promiseLate(name) : words.promised(name);
  const by = kept ? null : h("b", {}, `, ${late ? words.since(moment(due)) : words.by(moment(due))}`);
  return h("li", { class: `msgr__next${late ? " msgr__next--late" : ""}` }, sign, h("span", {}, said, text, by));
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function who({ who: has, community }) {
  if (has.code === "line") return words.line;
  if (has.code === "took") return words.took(has.name);
  if (has.code === "has") return words.has(has.name);
  if (has.code === "covers") return words.covers(has.name, has.owner);
  if (has.code === "guest") return words.guest(has.name, has.of);
  if (has.code === "watches") return words.watches(has.name);
  return words.team(community.name);
}

function when({ who: has, community, hours }) {
  if (has.code === "line") return hours.back_at ? words.backAt(new Date(hours.back_at)) : words.lineTeam(community.name);
  if (has.code === "team") return hours.back_at ? words.backAt(new Date(hours.back_at)) : words.firstAnswer(hours.first_s);
  if (has.code === "watches" && has.watch_until) return words.watchUntil(new Date(has.watch_until));
  if (has.code === "covers" || has.code === "guest") return words.stillOwns(has.owner);
  const until = new Date(has.here_until ?? NaN);
  if (has.here) return has.here_until && isToday(until) ? words.hereUntil(until) : words.here;
  return has.back_at ? words.back(new Date(has.back_at)) : words.awayNow;
}

async function saveTranscript(api) {
  const answer = await api.call("GET", "/transcript");
  saveAs(await answer.blob(), words.filename);
}

export function saveAs(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
