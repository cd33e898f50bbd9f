// The calls to the server. A refusal comes back as a Problem with its sentence; status 0 is no connection.

const PATIENCE_MS = 15_000;

export class Problem extends Error {
  constructor(status, sentence, retryAfter = 0, code = "") {
    super(sentence);
    this.status = status;
    this.retryAfter = retryAfter;
    this.code = code;
  }

  // Whether the same may go through later, as it is.
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  constructor(home, site, keep, locks, area) {
    this.base = new URL(`/messenger/v1/${encodeURIComponent(site)}`, home).href;
    this.keep = keep;
    this.locks = locks;
    this.left = null;
    this.area = area;
    this.last = Promise.resolve();
  }

  get known() {
    return this.token !== null;
  }

  // None where it is the one that was left: another tab may have it in its storage for a moment yet.
  get token() {
    const kept = this.keep.get("token");
    return kept === this.left ? null : kept;
  }

  // The token that is no longer ours. The tabs are told it.
  forget() {
    this.leave(this.keep.get("token"));
    this.keep.set("token", null);
    return this.left;
  }

  leave(token) {
    this.left = token;
  }

  site() {
    return this.fetched("GET", "", {}).then((answer) => answer.json());
  }

  async json(method, path, body, { headers = {}, ...more } = {}) {
    const answer = await this.call(method, path, {
      ...more,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
    return answer.headers.get("content-type")?.includes("json") ? answer.json() : null;
  }

  // With this browser's token; a token that the server no longer knows is replaced once.
  async call(method, path, options = {}) {
    const token = this.token ?? (await this.renewed(this.left));
    try {
      return await this.fetched(method, path, options, token);
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      return this.fetched(method, path, options, await this.renewed(token));
    }
  }

  // Who this is, proved: the server answers with a new token and knows the old one no more. Nobody else is given one meanwhile.
  prove(path, body) {
    return this.alone(async () => {
      const options = { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      const post = (token) => this.fetched("POST", path, options, token);
      const { token } = this;
      const answer = await (token ? post(token) : this.register().then(post)).catch((problem) => {
        if (problem.status !== 401) throw problem;
        return this.register().then(post);
      });
      const said = await answer.json();
      if (said.token) this.keep.set("token", said.token);
      return said;
    });
  }

  // The token in place of one that is no good: what another tab got meanwhile, else this browser begins anew.
  renewed(token) {
    return this.alone(() => {
      const kept = this.keep.get("token");
      return kept && kept !== token ? kept : this.register();
    });
  }

  // One at a time over all tabs of this browser.
  alone(act) {
    if (this.locks) return this.locks.request(`${this.keep.prefix}token`, act);
    const acted = this.last.then(act);
    this.last = acted.catch(() => {});
    return acted;
  }

  async register() {
    const answer = await this.fetched("POST", "/browsers", {
      body: JSON.stringify({ area: this.area ?? null }),
      headers: { "content-type": "application/json" },
    });
    const { token } = await answer.json();
    this.keep.set("token", token);
    return token;
  }

  // `wanted`: whether it is to be sent yet. While a token was waited for, who we are may have changed.
  async fetched(method, path, { body, headers = {}, signal, patience = PATIENCE_MS, wanted = () => true }, token) {
    if (!wanted()) throw new Problem(0, "No longer wanted.");
    const authorization = token ? { authorization: `Bearer ${token}` } : {};
    let answer;
    try {
      answer = await fetch(this.base + path, {
        method,
        body,
        headers: { ...headers, ...authorization },
        signal: signal ?? AbortSignal.timeout(patience),
        credentials: "omit",
        cache: "no-store",
      });
    } catch (error) {
      throw new Problem(0, error.message);
    }
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }
}

async function problemOf(answer) {
  const said = await answer.json().catch(() => ({}));
  const retryAfter = Number(answer.headers.get("retry-after")) || 0;
  return new Problem(answer.status, said.detail ?? `The server answered ${answer.status}.`, retryAfter, said.code);
}
