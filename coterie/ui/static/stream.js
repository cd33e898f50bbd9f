// The stream of this browser, as a tab sees it: by the shared worker, or, where there is none, by a leading tab.
const address = document.querySelector("script[data-worker]").dataset.worker;
export const tab = crypto.randomUUID();
export const browser = (localStorage.browser ??= crypto.randomUUID());

export function follow(stream, after, hear) {
  if (typeof SharedWorker === "function") followWorker(stream, after, hear);
  else followLeader(stream, after, hear);
}

function followWorker(stream, after, hear) {
  const { port } = new SharedWorker(address, { name: "coterie" });
  port.onmessage = ({ data }) => hear(data);
  port.postMessage({ kind: "open", stream, browser, after });
  addEventListener("pagehide", () => port.postMessage({ kind: "close" }));
  addEventListener("pageshow", ({ persisted }) => persisted && port.postMessage({ kind: "open", stream, browser, after: 0 }));
}

// Whoever holds the lock runs the worker's script in an ordinary worker and repeats to the others what it says.
function followLeader(stream, after, hear) {
  const channel = new BroadcastChannel("coterie-stream");
  channel.onmessage = ({ data }) => hear(data);
  navigator.locks.request("coterie-stream", () => lead(stream, after, hear, channel));
}

function lead(stream, after, hear, channel) {
  const pipe = new MessageChannel();
  const worker = new Worker(address.replace("stream-worker", "stream-leader"));
  worker.postMessage(pipe.port2, [pipe.port2]);
  pipe.port1.onmessage = ({ data }) => {
    hear(data);
    channel.postMessage(data);
  };
  pipe.port1.postMessage({ kind: "open", stream, browser, after });
  return new Promise(() => {}); // held until this tab closes
}
