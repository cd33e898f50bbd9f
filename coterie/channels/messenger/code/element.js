// <coterie-messenger>: the launcher and the panel on a host's page, or the whole of our own page (attribute `page`).
// It lives in a shadow tree with a stylesheet of its own, so that host and messenger leave each other alone.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { Head } from "./head.js";
import { Keep, usableLocks } from "./keep.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Proof } from "./proof.js";
import { Talk } from "./talk.js";
import { words } from "./words.js";

const HERE = new URL(".", import.meta.url);

class Messenger extends HTMLElement {
  async connectedCallback() {
    if (this.shadowRoot) return this.resume();
    this.attachShadow({ mode: "open" });
    const site = this.getAttribute("site");
    this.ready = this.begin(site);
    await this.ready;
  }

  disconnectedCallback() {
    this.line?.stop();
  }

  async begin(site) {
    const locks = await usableLocks();
    this.keep = new Keep(site);
    this.api = new Api(HERE, site, this.keep, locks, this.getAttribute("area"));
    const [sheet, welcome] = await Promise.all([stylesheet(), this.welcome()]);
    if (!welcome) return this.remove();
    this.shadowRoot.adoptedStyleSheets = [sheet];
    lendFont();
    this.canProve = welcome.can_prove;
    this.welcomed = welcome;
    this.talk = new Talk(this.api, this.keep, () => this.show());
    this.talk.state = welcome;
    this.talk.line = this.line = new Line(this.api, locks, site, {
      resume: () => this.talk.resume(),
      heard: (batch) => this.heard(batch),
      state: (up) => this.stands(up),
    });
    this.build();
    this.show();
    if (this.hasAttribute("page")) this.open();
    else this.resume();
  }

  // Also after a host moved it to another place in its page.
  resume() {
    if (this.line && (this.isOpen || this.api.known)) this.connect();
  }

  // Whom a visitor would be with. A site or origin that we don't know gets nothing but a line in the console.
  async welcome() {
    for (let wait = 2; ; wait = Math.min(wait * 2, 60)) {
      try {
        return await this.api.site();
      } catch (problem) {
        console.warn("Coterie messenger:", problem.message);
        if (!problem.passing) return null;
        await new Promise((done) => setTimeout(done, wait * 1000));
      }
    }
  }

  build() {
    this.head = new Head(this);
    this.log = new Log(this);
    this.composer = new Composer(this);
    this.proof = new Proof(this);
    this.net = h("p", { class: "msgr__net", role: "status", hidden: true }, words.reconnecting);
    this.fine = h("p", { class: "msgr__fine" });
    this.panel = h(
      "section",
      { class: "msgr", "aria-labelledby": "m-h", "data-hue": true, hidden: true },
      this.head.node,
      this.net,
      this.proof.node,
      this.log.node,
      h("footer", { class: "msgr__foot" }, this.composer.node, this.fine),
    );
    if (!this.hasAttribute("page")) this.panel.setAttribute("role", "dialog");
    this.badge = h("span", { class: "unread" });
    this.launcher = h(
      "button",
      { type: "button", class: "launch", "data-hue": true, "aria-expanded": "false", onclick: () => this.open() },
      icon("chat"),
      this.badge,
    );
    this.shadowRoot.append(this.panel);
    if (!this.hasAttribute("page")) this.shadowRoot.append(this.launcher);
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.escape(event));
    for (const change of ["resize", "scroll"]) globalThis.visualViewport?.addEventListener(change, () => this.fit());
    addEventListener("focus", () => this.noteRead());
    document.addEventListener("visibilitychange", () => this.noteRead());
  }

  // A phone's keyboard covers the page: the panel is as high as what is left to see. (Whoever zooms in wants it as it is.)
  fit() {
    const { height, offsetTop, scale } = visualViewport;
    this.panel.style.setProperty("--seen", scale > 1.01 ? "100dvh" : `${height}px`);
    this.panel.style.setProperty("--above", scale > 1.01 ? "0px" : `${offsetTop}px`);
  }

  // Everything that is shown follows from the talk.
  show() {
    if (!this.panel) return;
    const { state } = this.talk;
    const unread = this.talk.unread.length;
    for (const node of [this.panel, this.launcher]) node.style.setProperty("--community-hue", state.community.hue);
    this.head.show(this.talk);
    this.log.show(this.talk);
    this.composer.show(state);
    this.showFine(state);
    this.launcher.setAttribute("aria-label", [words.open(state.site), unread ? words.unread(unread) : ""].filter(Boolean).join(", "));
    this.badge.hidden = unread === 0;
    this.badge.textContent = unread > 99 ? "99+" : unread;
    this.noteRead();
  }

  showFine({ you }) {
    const known = you.proved ? (you.address ? words.fineProved(you.address) : words.fine) : words.fine;
    const key = `${known}${you.proved}`;
    if (this.fine.dataset.key === key) return;
    this.fine.dataset.key = key;
    const before = h("button", { type: "button", class: "link", onclick: () => this.proof.open() }, words.writtenBefore);
    this.fine.replaceChildren(known, ...(!you.proved && this.canProve ? [" ", before] : []));
  }

  get isOpen() {
    return this.panel !== undefined && !this.panel.hidden;
  }

  open() {
    if (!this.panel || this.isOpen) return;
    this.log.divide(this.talk);
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    this.connect();
    this.show();
    this.log.toEnd();
    this.composer.focus();
  }

  close() {
    if (!this.isOpen || this.hasAttribute("page")) return;
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.focus();
  }

  escape(event) {
    event.stopPropagation();
    if (this.head.closeMenu() || this.proof.close()) return;
    this.close();
  }

  connect() {
    if (!this.isConnected) return;
    this.line.start();
    this.talk.unsent.load();
  }

  stands(up) {
    if (this.talk.up === up) return;
    this.talk.up = up;
    this.net.hidden = up;
    if (up) this.talk.unsent.hurry();
  }

  noteRead() {
    if (this.isOpen && document.hasFocus() && !document.hidden) this.talk.noteRead();
  }

  // The host's word on who this is.
  async identify(token) {
    await this.ready;
    if (!this.talk) return;
    try {
      this.becomes(await this.api.prove("/identity", { token }));
    } catch (problem) {
      console.warn("Coterie messenger:", problem.message);
    }
  }

  // Another person, or the same with more behind them: go on in their thread. What is not answered yet can go on there.
  becomes({ changed, continued }) {
    const unanswered = continued ? this.talk.unanswered.join("\n\n") : "";
    if (changed) this.forgetTalk();
    if (unanswered) this.composer.suggest(unanswered);
    this.connect();
    this.line.restart();
  }

  // Nothing of this conversation stays in this browser.
  async signOut() {
    await this.ready;
    if (!this.talk) return;
    this.line.stop();
    const left = this.api.forget();
    this.line.pass({ left, state: this.welcomed }); // the other tabs forget too
    if (this.isOpen) this.connect();
  }

  heard({ left, ...batch }) {
    if (left) {
      this.api.leave(left);
      this.forgetTalk();
    }
    this.talk.heard(batch);
  }

  forgetTalk() {
    this.talk.unsent.clear();
    this.talk.clear();
    this.composer.clear();
  }
}

let sheet;

function stylesheet() {
  sheet ??= fetch(new URL("element.css", HERE))
    .then((answer) => answer.text())
    .then((text) => new CSSStyleSheet().replace(text));
  return sheet;
}

// A font of our own by name, brought as bytes: no host's policy on fonts is in the way. Without it the system's is used.
function lendFont() {
  const name = "Coterie Inter";
  if ([...document.fonts].some((face) => face.family.includes(name))) return;
  fetch(new URL("inter.woff2", HERE))
    .then((answer) => answer.arrayBuffer())
    .then((bytes) => new FontFace(name, bytes, { weight: "100 900" }).load())
    .then((face) => document.fonts.add(face))
    .catch(() => {});
}

if (!customElements.get("coterie-messenger")) customElements.define("coterie-messenger", Messenger);

// What the one script tag asks for.
export async function embed(home, { site, token, area, theme }) {
  const node = h("coterie-messenger", { site, area, "data-theme": theme });
  if (!document.body) await new Promise((done) => addEventListener("DOMContentLoaded", done, { once: true }));
  document.body.append(node);
  await node.ready;
  if (token) node.identify(token);
  return node;
}

