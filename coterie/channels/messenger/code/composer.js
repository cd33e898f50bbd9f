// One box to write in: text with its limit, files with theirs. What is half typed is kept.

import { h, icon } from "./dom.js";
import { size, words } from "./words.js";

const LONGEST_TEXT = 8_000;
const SAY_FROM = 7_500;
const MOST_BYTES = 10_000_000;
const MOST_FILES = 10;
const OFFICE = "application/vnd.openxmlformats-officedocument";
const TYPES = [
  "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "application/pdf", "text/plain", "text/csv",
  `${OFFICE}.wordprocessingml.document`, `${OFFICE}.spreadsheetml.sheet`,
];

export class Composer {
  constructor(messenger) {
    this.messenger = messenger;
    this.files = [];
    this.text = h("textarea", { id: "say", rows: "1", oninput: () => this.typed(), onkeydown: (event) => this.key(event), onpaste: (event) => this.pasted(event) });
    this.label = h("label", { class: "vh", for: "say" });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, accept: TYPES.join(), onchange: () => this.picked() });
    this.limit = h("p", { class: "box__limit", role: "status", hidden: true });
    this.wrong = h("p", { class: "box__wrong", role: "alert", hidden: true });
    this.list = h("ul", { class: "box__files", hidden: true });
    this.button = h("button", { type: "submit", class: "icon-btn icon-btn--send", "aria-label": words.send }, icon("send"));
    const clip = h("button", { type: "button", class: "icon-btn", "aria-label": words.attach, onclick: () => this.picker.click() }, icon("clip"));
    const box = h("div", { class: "box" }, clip, h("div", {}, this.label, this.text), this.button);
    this.node = h("form", { onsubmit: (event) => (event.preventDefault(), this.send()) }, this.picker, this.list, this.wrong, box, this.limit);
    this.text.value = messenger.keep.get("draft") ?? "";
    this.typed();
  }

  show({ community, who }) {
    const to = who.owner || who.name || community.name;
    this.text.placeholder = words.writeTo(to);
    this.label.textContent = words.label(community.name);
    this.node.setAttribute("aria-label", words.writeTo(community.name));
  }

  focus() {
    this.text.focus();
  }

  clear() {
    this.text.value = "";
    this.files = [];
    this.typed();
    this.showFiles();
  }

  suggest(text) {
    this.text.value = text;
    this.typed();
  }

  typed() {
    if (!CSS.supports("field-sizing", "content")) this.grow();
    const length = [...this.text.value].length;
    this.over = length > LONGEST_TEXT;
    this.limit.hidden = length < SAY_FROM;
    this.limit.classList.toggle("box__limit--over", this.over);
    this.limit.textContent = this.over ? words.tooLong(length - LONGEST_TEXT) : words.left(LONGEST_TEXT - length);
    this.text.setAttribute("aria-invalid", this.over);
    this.messenger.keep.set("draft", this.text.value || null);
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  // Enter sends where there is a keyboard; with Shift, or on a phone, it is a new line.
  key(event) {
    const phone = matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || phone) return;
    event.preventDefault();
    this.send();
  }

  send() {
    const text = this.text.value.trim();
    const ready = this.files.filter((each) => each.id);
    if (this.over || this.files.length > ready.length || (!text && !ready.length)) return this.focus();
    this.messenger.connect();
    this.messenger.talk.unsent.add(text, ready.map(({ id, name, type, size }) => ({ id, name, type, size })));
    this.complain("");
    this.clear();
    this.messenger.log.toEnd();
    this.focus();
  }

  picked() {
    for (const file of this.picker.files) this.add(file);
    this.picker.value = "";
  }

  pasted(event) {
    const { files } = event.clipboardData ?? { files: [] };
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) this.add(file);
  }

  async add(file) {
    const wrong = this.refusal(file);
    this.complain(wrong);
    if (wrong) return;
    const entry = { name: file.name, type: file.type, size: file.size, id: null };
    this.files.push(entry);
    this.showFiles();
    try {
      const answer = await this.messenger.api.call("POST", `/attachments?name=${encodeURIComponent(file.name)}`, {
        body: file,
        headers: { "content-type": file.type },
        patience: 120_000,
      });
      Object.assign(entry, await answer.json());
    } catch (problem) {
      this.files = this.files.filter((each) => each !== entry);
      this.complain(problem.status === 0 ? words.noLine : problem.message);
    }
    this.showFiles();
  }

  refusal(file) {
    if (this.files.length >= MOST_FILES) return words.tooMany(MOST_FILES);
    if (file.size === 0) return words.empty(file.name);
    if (file.size > MOST_BYTES) return words.tooBig(file.name, MOST_BYTES);
    return TYPES.includes(file.type) ? "" : words.wrongType(file.name);
  }

  complain(text) {
    this.wrong.hidden = !text;
    this.wrong.replaceChildren(...(text ? [icon("alert"), text] : []));
  }

  showFiles() {
    this.list.hidden = this.files.length === 0;
    this.list.replaceChildren(...this.files.map((each) => this.chip(each)));
  }

  chip(entry) {
    const drop = () => {
      this.files = this.files.filter((each) => each !== entry);
      this.showFiles();
      this.focus();
    };
    const remove = h("button", { type: "button", class: "icon-btn", "aria-label": words.removeFile(entry.name), onclick: drop }, icon("close"));
    const label = entry.id ? [entry.name, " ", h("small", {}, size(entry.size))] : words.adding(entry.name);
    return h("li", {}, icon("file"), h("span", {}, label), remove);
  }
}
