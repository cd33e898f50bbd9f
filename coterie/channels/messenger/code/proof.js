// Proving who one is with a code to an e-mail address, in two steps. What we say is the same whether we know it or not.

import { h, icon } from "./dom.js";
import { words } from "./words.js";

export class Proof {
  constructor(messenger) {
    this.messenger = messenger;
    this.node = h("section", { class: "proof", "aria-label": words.proveHead, hidden: true });
  }

  open() {
    this.node.hidden = false;
    this.askAddress();
  }

  close() {
    if (this.node.hidden) return false;
    this.node.hidden = true;
    this.messenger.composer.focus();
    return true;
  }

  askAddress() {
    const email = h("input", { type: "email", id: "proof-email", autocomplete: "email", required: true, maxlength: "320" });
    this.form(words.proveText, words.email, email, words.sendCode, async () => {
      await this.messenger.api.json("POST", "/codes", { email: email.value });
      this.askCode(email.value);
    });
  }

  askCode(address) {
    const code = h("input", {
      type: "text", id: "proof-code", autocomplete: "one-time-code", inputmode: "numeric", required: true, maxlength: "12",
    });
    const other = h("button", { type: "button", class: "link", onclick: () => this.askAddress() }, words.otherAddress);
    this.form(words.codeText(address), words.code, code, words.check, async () => {
      const proved = await this.messenger.api.prove("/proofs", { code: code.value });
      this.close();
      this.messenger.becomes(proved);
    }, other);
  }

  form(text, label, input, verb, act, other) {
    const wrong = h("p", { class: "box__wrong", role: "alert", hidden: true });
    const cancel = h("button", { type: "button", class: "icon-btn", "aria-label": words.cancel, onclick: () => this.close() }, icon("close"));
    const submit = async (event) => {
      event.preventDefault();
      wrong.hidden = true;
      button.disabled = true; // Enter sends no more, either
      try {
        await act();
      } catch (problem) {
        wrong.replaceChildren(icon("alert"), problem.status === 0 ? words.noLine : problem.message);
        wrong.hidden = false;
        input.focus();
      }
      button.disabled = false;
    };
    const button = h("button", { type: "submit", class: "btn btn--primary" }, verb);
    const form = h(
      "form",
      { onsubmit: submit },
      h("label", { for: input.id }, label),
      h("div", { class: "proof__row" }, input, button),
      wrong,
      other,
    );
    const head = h("div", { class: "proof__head" }, h("h3", {}, words.proveHead), cancel);
    this.node.replaceChildren(head, h("p", {}, text), form);
    input.focus();
  }
}
