// The conversation as this browser knows it: messages in order, each once; how it stands; what is not sent yet.

import { Unsent } from "./unsent.js";

export class Talk {
  constructor(api, keep, changed) {
    this.api = api;
    this.changed = changed;
    this.messages = [];
    this.heardTo = 0; // the stream goes on after this number: nothing before it is missing
    this.held = []; // our own from the stream, while the answer to their sending is on its way
    this.state = null;
    this.earlier = false;
    this.up = true;
    this.unsent = new Unsent(api, keep, {
      thread: () => this.thread,
      sent: (message, thread) => this.sent(message, thread),
      changed: () => this.release(),
    });
    this.marks = { delivered: 0, read: 0 };
  }

  resume() {
    return new URLSearchParams({ after: this.heardTo, thread: this.thread });
  }

  get thread() {
    return this.state?.thread ?? "";
  }

  // Who answers has read what came before.
  get unread() {
    const read = Math.max(this.marks.read, this.messages.findLast((each) => each.mine)?.number ?? 0);
    return this.messages.filter((each) => !each.mine && each.number > read);
  }

  // `after` is the number that a batch of the stream follows. A tab that missed some before it stays where it was.
  heard({ state, after, messages = [], earlier }) {
    if (state) this.stands(state);
    if (earlier !== undefined) this.earlier = earlier;
    for (const message of messages) this.take(message);
    if (after !== undefined && after <= this.heardTo) this.heardTo = Math.max(this.heardTo, messages.at(-1)?.number ?? 0);
    this.noteDelivered();
    if (this.marksLost) this.sayMarks();
    this.changed();
  }

  stands(state) {
    if (this.state?.thread && state.thread !== this.state.thread) this.clear();
    this.state = state;
    this.marks.read = Math.max(this.marks.read, state.marks.read);
    this.marks.delivered = Math.max(this.marks.delivered, state.marks.delivered);
  }

  clear() {
    Object.assign(this, { messages: [], heardTo: 0, held: [], earlier: false, marks: { delivered: 0, read: 0 } });
  }

  take(message) {
    if (message.mine && this.unsent.inFlight) this.held.push(message);
    else this.add(message);
  }

  release() {
    if (!this.unsent.inFlight) this.held.splice(0).forEach((each) => this.add(each));
    this.changed();
  }

  add(message) {
    if (this.messages.some((each) => each.number === message.number)) return;
    const after = this.messages.findLastIndex((each) => each.number < message.number);
    this.messages.splice(after + 1, 0, message);
  }

  // Where another thread is shown meanwhile, its numbers are others: what belongs to it comes by its stream.
  // `shown` is the thread that stood here when the message was sent.
  sent({ thread, ...message }, shown) {
    if (shown !== this.thread || (shown && shown !== thread)) {
      if (thread !== this.thread) this.line?.restart(); // whoever listened before it was written hears nothing of it
      return;
    }
    if (!shown) {
      this.state = { ...this.state, thread }; // a first message makes the thread: follow it
      this.line?.restart();
    }
    this.add(message);
  }

  async loadEarlier() {
    const before = this.messages[0]?.number ?? 0;
    const { thread, ...page } = await this.api.json("GET", `/messages?before=${before}`);
    if (thread === this.thread) this.heard(page);
  }

  // The number of the last that we said to the customer.
  get lastReply() {
    return this.messages.findLast((each) => !each.mine)?.number ?? 0;
  }

  // What the customer wrote last and nobody has answered.
  get unanswered() {
    return this.messages.filter((each) => each.mine && each.number > this.lastReply).map((each) => each.text);
  }

  noteDelivered() {
    this.mark("delivered", this.lastReply);
  }

  noteRead() {
    if (this.mark("read", this.lastReply)) this.changed();
  }

  mark(name, number) {
    if (number <= this.marks[name]) return false;
    this.marks[name] = number;
    this.sayMarks();
    return true;
  }

  // What did not arrive is said again when the line next hears something.
  sayMarks() {
    this.marksLost = false;
    clearTimeout(this.marking);
    const say = () => this.api.json("PUT", "/marks", this.marks).catch(({ passing }) => (this.marksLost = passing));
    this.marking = setTimeout(say, 150);
  }
}
