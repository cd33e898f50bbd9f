// Is it solved? Asked in place once a case was resolved, with how easy it was.

import { h, icon } from "./dom.js";
import { words } from "./words.js";

export class Solved {
  constructor(messenger) {
    this.messenger = messenger;
    this.asked = null;
    this.form = null;
    this.thanks = null;
  }

  // The nodes at the end of the log: the question, or thanks for its answer, or nothing.
  show({ solved, you }, last) {
    if (solved && !this.isAnswered(solved)) {
      if (this.asked !== solved.case) this.ask(solved, you);
      return [this.form];
    }
    if (!solved) this.answered = null;
    this.asked = null;
    this.last ??= last;
    return this.thanks && this.last === last ? [this.thanks] : [];
  }

  // Who replied since had it reopened, and resolved it again: while the line was down both may have passed unheard.
  isAnswered(solved) {
    return solved.case === this.answered && this.messenger.talk.lastReply <= this.lastReply;
  }

  ask(solved, you) {
    this.asked = solved.case;
    this.thanks = this.last = null;
    const name = solved.name || words.us;
    const effort = h("fieldset", { hidden: true }, h("legend", {}, words.easy(name)), scale("effort", 1, 7), ends(words.notAtAll, words.veryMuch));
    const tell = h("button", { type: "submit", class: "btn btn--primary", hidden: true }, words.tell(name));
    const open = (yes) => ((effort.hidden = !yes), (tell.hidden = false));
    this.form = h(
      "form",
      { class: "solved", "aria-label": words.solved(), onsubmit: (event) => this.tell(event, solved.case) },
      h(
        "fieldset",
        {},
        h("legend", {}, words.solved(you.name)),
        h("div", { class: "choice" }, choice("yes", words.yes, open, true), choice("no", words.notYet, open, false)),
      ),
      effort,
      tell,
      h("p", { class: "solved__wrong", role: "alert", hidden: true }),
    );
  }

  async tell(event, id) {
    event.preventDefault();
    const given = new FormData(this.form);
    const solved = given.get("solved") === "yes";
    const effort = solved && given.get("effort") ? Number(given.get("effort")) : null;
    const button = this.form.querySelector("button");
    button.disabled = true;
    try {
      await this.messenger.api.json("POST", "/confirmations", { case: id, solved, effort });
      this.answered = id;
      this.lastReply = this.messenger.talk.lastReply;
      this.thanks = h("p", { class: "sys", role: "status" }, solved ? words.thanks : words.goesOn);
      this.messenger.show();
      this.messenger.composer.focus();
    } catch (problem) {
      const wrong = this.form.querySelector(".solved__wrong");
      wrong.textContent = problem.status === 0 ? words.noLine : problem.message;
      wrong.hidden = false;
    }
    button.disabled = false;
  }
}

function choice(value, label, open, yes) {
  const input = h("input", { type: "radio", name: "solved", value, required: true, onchange: () => open(yes) });
  return h("label", {}, input, yes ? icon("check") : null, label);
}

// Numbers to choose one of.
export function scale(name, from, to) {
  const numbers = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const steps = numbers.map((step) => h("label", {}, h("input", { type: "radio", name, value: step }), `${step}`));
  return h("div", { class: "choice choice--scale" }, ...steps);
}

// What its two ends mean.
export function ends(low, high) {
  return h("p", { class: "ends" }, h("span", {}, low), h("span", {}, high));
}
