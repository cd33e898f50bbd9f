// One stream of events for all tabs of this browser: a seventh stream over HTTP/1.1 would hang them.
// Each tab connects a port and says where its page stands; the worker holds one EventSource and passes on what comes.
const ports = new Set();
let address = "";
let source = null;
let last = 0;
let online = null; // not known yet

onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => heard(port, data);
};

function heard(port, said) {
  if (said.kind === "open") {
    ports.add(port); // again, where a page comes back that had said goodbye
    address = `${said.stream}?browser=${said.browser}`;
    if (said.after > last) last = said.after;
    if (!source) connect();
    else if (said.after < last) port.postMessage({ kind: "behind" });
    if (online !== null) port.postMessage({ kind: "online", online });
  }
  if (said.kind === "close") {
    ports.delete(port);
    if (!ports.size) stop();
  }
}

function stop() {
  source?.close();
  source = null;
  online = null;
}

// The address carries the cursor of a new connection; the browser's own retries carry Last-Event-ID.
function connect() {
  source = new EventSource(`${address}&after=${last}`);
  source.onopen = () => tell({ kind: "online", online: (online = true) });
  source.onmessage = ({ data, lastEventId }) => {
    last = Math.max(last, Number(lastEventId) || 0);
    tell({ kind: "fragments", html: data, number: Number(lastEventId) || 0 });
  };
  source.addEventListener("stale", ({ lastEventId }) => {
    last = Math.max(last, Number(lastEventId) || 0);
    tell({ kind: "behind" });
  });
  source.onerror = () => {
    tell({ kind: "online", online: (online = false) });
    if (source.readyState === EventSource.CLOSED) retry();
  };
}

// A refusal (a restart behind a proxy, a session that ended) closes an EventSource for good: ask why, and begin again
// from the cursor.
function retry() {
  const refused = source;
  setTimeout(async () => {
    if (source !== refused || !ports.size) return;
    const answer = await fetch("/workspace/presence", { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.status === 401) tell({ kind: "signed out" });
    if (source === refused && ports.size) connect();
  }, 2000 + Math.random() * 1000);
}

function tell(message) {
  for (const port of ports) port.postMessage(message);
}
