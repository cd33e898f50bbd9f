// The conversation itself: days, messages with their state, what is on its way, and the question at its end.

import { avatar, h, icon, settle } from "./dom.js";
import { saveAs } from "./head.js";
import { Solved } from "./solved.js";
import { Survey } from "./survey.js";
import { day, size, words } from "./words.js";

const TOGETHER_MS = 5 * 60_000;

export class Log {
  constructor(messenger) {
    this.messenger = messenger;
    this.nodes = new Map();
    this.inner = h("div", { class: "log__in" });
    this.node = h("div", { class: "log", tabindex: "0", role: "log", "aria-relevant": "additions" }, this.inner);
    this.solved = new Solved(messenger);
    this.survey = new Survey(messenger);
    this.firstUnread = null;
    this.earlier = h("button", { type: "button", class: "btn msgr__earlier", onclick: () => this.loadEarlier() }, words.earlier);
  }

  // Where the new ones begin stays marked until the panel is opened again.
  divide(talk) {
    this.firstUnread = talk.unread[0]?.number ?? null;
  }

  show(talk) {
    const { state } = talk;
    this.node.setAttribute("aria-label", words.log(state.community.name));
    const nodes = [];
    if (talk.earlier) nodes.push(this.earlier);
    let last = null;
    for (const item of this.items(talk)) {
      const at = new Date(item.at);
      if (!last || day(new Date(last.at)) !== day(at)) nodes.push(this.dayNode(at));
      if (item.number && item.number === this.firstUnread) nodes.push(this.keyed("new", newDivider));
      nodes.push(this.say(item, talk, state));
      last = item;
    }
    if (!last) nodes.push(this.keyed("empty", () => empty(state)));
    const newest = talk.messages.at(-1)?.number;
    settle(this.inner, [...nodes, ...this.solved.show(state, newest), ...this.survey.show(state, newest)]);
  }

  // Messages, then what is on its way; each knows whether the next says more of the same.
  items(talk) {
    const all = [...talk.messages, ...talk.unsent.list.map((each) => ({ ...each, mine: true, unsent: true }))];
    return all.map((each, place) => ({ ...each, more: together(each, all[place + 1]) }));
  }

  dayNode(at) {
    const label = day(at);
    return this.keyed(`day ${at.toDateString()} ${label}`, () => h("h3", { class: "day" }, label));
  }

  keyed(key, make) {
    if (!this.nodes.has(key)) this.nodes.set(key, make());
    return this.nodes.get(key);
  }

  say(item, talk, state) {
    const key = item.unsent ? `unsent ${item.key}` : `${state.thread} ${item.number}`;
    const node = this.keyed(key, () => this.made(item));
    this.update(node, item, talk, state);
    return node;
  }

  made(item) {
    const bubble = item.text ? h("p", { class: "bubble" }, item.text) : null;
    const files = item.attachments.map((each) => this.file(each, !item.unsent));
    const said = h("div", { class: "say__b" }, item.mine ? h("span", { class: "vh" }, words.you) : null, bubble, ...files);
    const meta = h("p", { class: "say__meta" });
    if (item.mine) return h("div", { class: "say say--me" }, said, meta);
    return h("div", { class: "say" }, avatar(item, " avatar--s"), said, meta);
  }

  update(node, item, talk, state) {
    const meta = node.lastElementChild;
    node.classList.toggle("say--more", item.more && !item.unsent);
    node.classList.toggle("say--failed", Boolean(item.unsent && (item.refused || item.failed)));
    const [sign, ...parts] = item.mine ? stateOf(item, state) : [null, words.said(item.name, new Date(item.at)) + away(item)];
    const key = `${sign}${parts.join("")}`;
    if (meta.dataset.key === key) return;
    meta.dataset.key = key;
    meta.replaceChildren(...(sign ? [icon(sign)] : []), ...parts, ...this.remedies(item, talk));
  }

  remedies(item, talk) {
    if (!item.unsent) return [];
    const { unsent } = talk;
    if (item.refused) return [h("button", { type: "button", onclick: () => unsent.drop(item.key) }, words.remove)];
    if (item.failed) return [h("button", { type: "button", onclick: () => unsent.hurry() }, words.again)];
    return [];
  }

  file(file, there) {
    const label = h("span", { class: "file__name" }, file.name, h("small", {}, size(file.size)));
    const node = h(
      "button",
      { type: "button", class: "file", disabled: !there, "aria-label": words.save(file.name), onclick: () => this.save(file) },
      icon("file"),
      label,
    );
    if (there && file.type.startsWith("image/") && file.type !== "image/heic") this.picture(file, node);
    return node;
  }

  // Drawn, not linked: a host's policy on images is not ours to know.
  async picture(file, node) {
    try {
      const image = await createImageBitmap(await this.fetched(file));
      const scale = Math.min(1, 480 / image.width, 480 / image.height);
      const canvas = h("canvas", { width: Math.ceil(image.width * scale), height: Math.ceil(image.height * scale) });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      node.classList.add("file--picture");
      node.prepend(canvas);
    } catch {
      // Its name is enough.
    }
  }

  async fetched(file) {
    const answer = await this.messenger.api.call("GET", `/attachments/${file.id}`, { patience: 60_000 });
    return answer.blob();
  }

  async save(file) {
    saveAs(await this.fetched(file), file.name);
  }

  async loadEarlier() {
    this.earlier.disabled = true;
    await this.messenger.talk.loadEarlier().catch(() => {});
    this.earlier.disabled = false;
  }

  toEnd() {
    this.node.scrollTop = 0; // the box runs from its end
  }
}

function together(one, next) {
  if (!next || one.mine !== next.mine || one.name !== next.name || next.unsent !== one.unsent) return false;
  return new Date(next.at) - new Date(one.at) < TOGETHER_MS;
}

function stateOf(item, { marks, attended }) {
  const at = new Date(item.at);
  if (item.refused) return ["alert", `${item.refused} `];
  if (item.failed) return ["alert", words.noSignal];
  if (item.unsent) return ["clock", words.sending];
  if (item.number <= marks.our_read) return ["checks", words.read(at)];
  return attended ? ["checks", words.delivered(at)] : ["check", words.sent(at)];
}

function away(item) {
  return item.channel === "messenger" ? "" : `, ${words.otherChannel[item.channel]}`;
}

function newDivider() {
  return h("h3", { class: "day day--new" }, words.fresh);
}

function empty({ community }) {
  return h("div", { class: "msgr__empty" }, icon("chat"), h("h3", {}, words.emptyHead), h("p", {}, words.emptyText(community.name)));
}
