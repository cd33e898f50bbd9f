// Messages on their way. Each has a key of its own and is kept by the browser until the server says that it has it,
// so that sending again, after a crash too, never makes two of one.

import { Problem } from "./api.js";
import { randomKey } from "./keep.js";

const WAITS_S = [1, 2, 4, 8, 15, 30];

export class Unsent {
  // sent(message, thread): the server has it, sent when this thread was shown. changed(): show the list anew.
  constructor(api, keep, { thread, sent, changed }) {
    this.api = api;
    this.keep = keep;
    this.thread = thread;
    this.sent = sent;
    this.changed = changed;
    this.list = [];
    this.running = false;
    addEventListener("online", () => this.hurry());
  }

  // What an earlier page left.
  load() {
    if (this.loaded) return;
    this.loaded = true;
    const known = new Set(this.list.map((each) => each.key));
    const left = this.keep.all("unsent.").filter((each) => !known.has(each.key));
    this.list.push(...left.sort((one, other) => (one.at < other.at ? -1 : 1)));
    if (this.list.length) this.run();
  }

  // Whether something may have arrived that we don't know of yet.
  get inFlight() {
    return this.list.some((each) => !each.refused);
  }

  add(text, attachments) {
    const entry = { key: randomKey(), text, attachments, at: new Date().toISOString(), refused: null, failed: false };
    this.list.push(entry);
    this.save(entry);
    this.run();
  }

  drop(key) {
    this.list = this.list.filter((each) => each.key !== key);
    this.keep.set(`unsent.${key}`, null);
    this.changed();
  }

  // What other tabs have not sent was written by the same person: it goes too.
  clear() {
    for (const { key } of [...this.list, ...this.keep.all("unsent.")]) this.drop(key);
  }

  // Any tab may drop it.
  has({ key }) {
    return this.keep.get(`unsent.${key}`) !== null;
  }

  hurry() {
    this.wake?.();
    this.run();
  }

  save(entry) {
    this.keep.set(`unsent.${entry.key}`, entry);
    this.changed();
  }

  // One after the other, so that their order stays.
  async run() {
    if (this.running) return;
    this.running = true;
    for (let failures = 0, next; (next = this.list.find((each) => !each.refused)); ) {
      failures = (await this.send(next)) ? 0 : failures + 1;
      if (failures) await this.pause(WAITS_S[Math.min(failures, WAITS_S.length) - 1]);
    }
    this.running = false;
  }

  async send(entry) {
    const thread = this.thread();
    try {
      const { text, at, attachments, key } = entry;
      const ids = attachments.map((each) => each.id);
      const body = { text, sent_at: at, attachments: ids };
      const options = { headers: { "idempotency-key": key }, wanted: () => this.has(entry) };
      const message = await this.api.json("POST", "/messages", body, options);
      if (this.list.includes(entry)) this.sent(message, thread);
      this.drop(key);
      return true;
    } catch (problem) {
      return this.note(entry, problem);
    }
  }

  // A refusal is final, in the server's words; anything else is tried again.
  note(entry, problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (!this.has(entry)) {
      this.drop(entry.key);
      return true;
    }
    entry.failed = problem.status === 0;
    if (!problem.passing) entry.refused = problem.message;
    this.save(entry);
    return !problem.passing;
  }

  pause(seconds) {
    return new Promise((done) => {
      const timer = setTimeout(done, seconds * 1000);
      this.wake = () => (clearTimeout(timer), done());
    });
  }
}
