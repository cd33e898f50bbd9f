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
  constructor(home, site, keep, area) {
    this.base = new URL(`/messenger/v1/${encodeURIComponent(site)}`, home).href;
    this.keep = keep;
    this.area = area;
    this.registering = null;
  }

  get known() {
    return this.keep.get("token") !== null;
  }

  forget() {
    this.keep.set("token", null);
  }

  site() {
    return this.fetched("GET", "", {}).then((answer) => answer.json());
  }

  async json(method, path, body, headers = {}) {
    const answer = await this.call(method, path, {
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
    return answer.headers.get("content-type")?.includes("json") ? answer.json() : null;
  }

  // With this browser's token; a token that the server no longer knows is replaced once.
  async call(method, path, options = {}) {
    const token = await this.token();
    try {
      return await this.fetched(method, path, options, token);
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      if (this.keep.get("token") === token) this.forget();
      return this.fetched(method, path, options, await this.token());
    }
  }

  async token() {
    return this.keep.get("token") ?? (this.registering ??= this.registered().finally(() => (this.registering = null)));
  }

  // One tab of a browser registers it; the others find its token.
  registered() {
    const once = () => this.keep.get("token") ?? this.register();
    return navigator.locks ? navigator.locks.request(`${this.keep.prefix}token`, once) : Promise.resolve().then(once);
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

  async fetched(method, path, { body, headers = {}, signal, patience = PATIENCE_MS }, token) {
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
