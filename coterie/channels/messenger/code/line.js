// The live line to the server: a stream that comes back by itself and says from where it goes on.
// The tabs of one browser share one: the tab that was last looked at holds it and tells the others what it hears.

const SILENCE_MS = 40_000; // the server says something each 15 s
const LONGEST_WAIT_MS = 3_000;
const FINAL = [403, 404]; // the site is closed, or no longer lives here

export class Line {
  // resume(): the query of where to go on. heard(batch): what came. state(up): whether the line stands.
  // Without locks every tab has a line of its own.
  constructor(api, locks, name, { resume, heard, state }) {
    this.api = api;
    this.locks = locks;
    this.name = `coterie.${name}`;
    this.resume = resume;
    this.heard = heard;
    this.state = state;
    this.wanted = false;
    this.turn = null; // set while this tab holds the line
    this.asked = null; // the turn that was asked for last, unless it is no longer wanted
    this.tabs = locks ? new BroadcastChannel(this.name) : null;
    this.tabs?.addEventListener("message", ({ data }) => this.told(data));
    document.addEventListener("visibilitychange", () => document.hidden || this.lead());
    addEventListener("focus", () => this.lead());
    addEventListener("online", () => this.wake?.());
  }

  start() {
    if (this.wanted) return;
    this.wanted = true;
    if (!this.locks) this.run();
    else if (document.hidden) this.queue();
    else this.lead();
  }

  stop() {
    this.wanted = false;
    this.asked = null;
    this.queued?.abort();
    this.letGo();
  }

  // Go on from another place, at once: who we are has changed.
  restart() {
    this.afresh = true;
    this.hangUp?.abort();
    this.wake?.();
  }

  lead() {
    if (!this.wanted || this.turn || this.asking || !this.locks) return;
    this.queued?.abort();
    this.asking = true;
    this.hold({ steal: true });
  }

  queue() {
    this.queued = new AbortController();
    this.hold({ signal: this.queued.signal });
  }

  hold(options) {
    const asked = (this.asked = {});
    const held = () => {
      if (this.asked !== asked) return null;
      this.asking = false;
      return new Promise((release) => ((this.release = release), this.run()));
    };
    this.locks.request(this.name, options, held).catch(({ name }) => {
      if (this.asked !== asked) return;
      this.letGo(); // another tab took it
      if (name === "AbortError") this.queue();
      else this.run(); // locks no longer given: a line of our own
    });
  }

  letGo() {
    this.turn = null;
    this.asking = false;
    this.hangUp?.abort();
    this.wake?.();
    this.release?.();
  }

  async run() {
    const turn = (this.turn = {});
    for (let failures = 0; this.turn === turn; failures += 1) {
      this.afresh = false;
      if (await this.listen()) failures = 0;
      if (this.turn === turn && !this.afresh) await this.pause(failures);
    }
  }

  // Hear until the line breaks; whether it stood at all.
  async listen() {
    const hangUp = (this.hangUp = new AbortController());
    let silence = setTimeout(() => hangUp.abort(), SILENCE_MS);
    let stood = false;
    try {
      const answer = await this.api.call("GET", `/stream?${this.resume()}`, { signal: hangUp.signal });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = "", part; !(part = await reader.read()).done; ) {
        clearTimeout(silence);
        silence = setTimeout(() => hangUp.abort(), SILENCE_MS);
        stood = true;
        this.state(true);
        rest = this.take(rest + part.value);
      }
    } catch (problem) {
      if (FINAL.includes(problem.status)) this.stop();
    } finally {
      clearTimeout(silence);
    }
    return stood;
  }

  // Whole server-sent events are heard; the rest waits for more.
  take(text) {
    const events = text.split("\n\n");
    const rest = events.pop();
    for (const event of events) {
      const lines = event.split("\n").filter((line) => line.startsWith("data: "));
      if (lines.length) this.pass(JSON.parse(lines.map((line) => line.slice(6)).join("\n")));
    }
    return rest;
  }

  // Another tab hears for us: its line stands. Or somebody signed out there: then our own line, too, was theirs.
  told(batch) {
    if (this.turn && !batch.left) return;
    this.state(true);
    this.heard(batch);
    if (batch.left) this.restart();
  }

  pass(batch) {
    this.heard(batch);
    this.tabs?.postMessage(batch);
  }

  pause(failures) {
    if (failures > 0) this.state(false);
    const longest = Math.min(LONGEST_WAIT_MS, 250 * 2 ** failures);
    return new Promise((done) => {
      const timer = setTimeout(done, longest * (0.5 + Math.random() / 2));
      this.wake = () => (clearTimeout(timer), done());
    });
  }
}
