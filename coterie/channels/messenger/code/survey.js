// Now and then, once whether it is solved was answered: how it was, and whether they would recommend us.

import { h } from "./dom.js";
import { ends, scale } from "./solved.js";
import { words } from "./words.js";

export class Survey {
  constructor(messenger) {
    this.messenger = messenger;
    this.asked = null;
    this.form = null;
    this.done = null;
    this.thanks = null;
  }

  // The nodes at the end of the log: the questions, or thanks for their answer, or nothing.
  show({ survey, solved }, last) {
    if (survey && !solved && survey.id !== this.done) {
      if (this.asked !== survey.id) this.ask(survey);
      return [this.form];
    }
    this.last ??= last;
    return this.thanks && this.last === last ? [this.thanks] : [];
  }

  ask(survey) {
    this.asked = survey.id;
    this.thanks = this.last = null;
    const wrong = h("p", { class: "solved__wrong", role: "alert", hidden: true });
    this.form = h(
      "form",
      { class: "solved", "aria-label": words.surveyName, onsubmit: (event) => this.answer(event, survey) },
      h("fieldset", {}, h("legend", {}, words.recommend), scale("nps", 0, 10), ends(words.notLikely, words.veryLikely)),
      h("fieldset", {}, h("legend", {}, words.satisfied(survey.name || words.us)), scale("csat", 1, 5), ends(words.notAtAll, words.veryMuch)),
      wrong,
      h(
        "div",
        { class: "choice" },
        h("button", { type: "button", class: "btn", onclick: () => this.send("DELETE", survey, null, null) }, words.noThanks),
        h("button", { type: "submit", class: "btn btn--primary" }, words.tell(survey.name || words.us)),
      ),
    );
  }

  answer(event, survey) {
    event.preventDefault();
    const given = new FormData(this.form);
    const score = (name) => (given.get(name) === null ? null : Number(given.get(name)));
    const said = { nps: score("nps"), csat: score("csat") };
    if (said.nps === null && said.csat === null) return this.refuse(words.chooseOne);
    return this.send("PUT", survey, said, words.thanks);
  }

  async send(method, survey, said, thanks) {
    for (const button of this.form.querySelectorAll("button")) button.disabled = true;
    try {
      await this.messenger.api.json(method, `/surveys/${survey.id}`, said);
      this.done = survey.id;
      this.thanks = thanks && h("p", { class: "sys", role: "status" }, thanks);
      this.messenger.show();
      this.messenger.composer.focus();
    } catch (problem) {
      this.refuse(problem.status === 0 ? words.noLine : problem.message);
    }
    for (const button of this.form.querySelectorAll("button")) button.disabled = false;
  }

  refuse(sentence) {
    const wrong = this.form.querySelector(".solved__wrong");
    wrong.textContent = sentence;
    wrong.hidden = false;
  }
}
