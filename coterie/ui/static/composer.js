// The composer: drafts kept on the server, files attached before sending, sending by key. It clears only what was taken.
import { htmx } from "./app.js";
import { apply } from "./live.js";
import { toast } from "./toast.js";

const KEEPS_AFTER = 400;
let keeping = null; // the draft that will soon be kept
let storing = null; // the one that is on its way: drafts and what is sent go one behind the other
let notSent = ""; // why the last try failed: said until one writes on or it is sent

export function begin() {
  document.addEventListener("input", (event) => event.target.matches(".panel textarea") && keepSoon(event.target));
  document.addEventListener("change", (event) => event.target.matches("[data-attach]") && attach(event.target));
  document.addEventListener("click", (event) => event.target.closest("[data-drop]")?.closest(".pending__file").remove());
  document.addEventListener("keydown", sendByKey);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".panel")) return;
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("change", (event) => event.target.matches("#mode-ask, #ask-topic") && sayWhom());
  document.addEventListener("click", (event) => useAgain(event.target.closest("[data-uses]")));
  addEventListener("pagehide", () => keepNow(true));
}

export function focusMode(mode) {
  const radio = document.getElementById(`mode-${mode}`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById(`t-${mode}`).focus();
}

// Whom an ask would go to now: said before one asks.
export async function sayWhom() {
  const panel = document.querySelector(".panel--ask");
  if (!document.getElementById("mode-ask")?.checked) return;
  const topic = document.getElementById("ask-topic").value;
  const answer = await fetch(`${panel.getAttribute("action")}/whom?topic=${encodeURIComponent(topic)}`).catch(() => null);
  const words = answer?.ok ? await answer.text().catch(() => "") : "";
  if (words && panel.querySelector("#ask-topic").value === topic) panel.querySelector("#ask-whom").textContent = words;
}

// What a teammate answered goes into the reply, what nobody answered into another ask: after what stands there.
function useAgain(button) {
  const words = button && document.getElementById(button.dataset.uses)?.textContent;
  if (!words) return;
  focusMode(button.dataset.in);
  const textarea = document.getElementById(`t-${button.dataset.in}`);
  textarea.value = textarea.value.trim() ? `${textarea.value.trimEnd()}\n${words}` : words;
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

// None where nothing came back; no words where the line broke in the middle of them.
async function ask(address, method, body, headers = {}) {
  const all = { "X-CSRF-Token": document.body.dataset.csrf, "HX-Request": "true", ...headers };
  const answer = await fetch(address, { method, body, headers: all, keepalive: method === "PUT" }).catch(() => null);
  return answer && { ok: answer.ok, words: await answer.text().catch(() => "") };
}

function keepSoon(textarea) {
  clearTimeout(keeping?.timer);
  if (keeping && keeping.textarea !== textarea) keepNow();
  keeping = { textarea, timer: setTimeout(keepNow, KEEPS_AFTER) };
  notSent = "";
  state("");
}

async function keepNow(leaving = false) {
  if (!keeping) return;
  const { textarea, timer } = keeping;
  clearTimeout(timer);
  keeping = null;
  const { value } = textarea;
  const answer = await store(textarea, leaving);
  if (textarea.isConnected && !keeping) state(notSent || (answer?.ok ? (value.trim() ? "Draft kept" : "") : "Draft not kept yet"));
}

// Behind what is on its way: overtaken, an older text would come back. Who leaves the page can't wait.
async function store({ form, value }, leaving = false) {
  const address = `/workspace/threads/${threadOf(form)}/drafts/${form.dataset.mode}`;
  const put = () => ask(address, "PUT", new URLSearchParams({ text: value }));
  const mine = (storing = leaving || !storing ? put() : storing.then(put));
  const answer = await mine;
  if (storing === mine) storing = null;
  return answer;
}

function threadOf(form) {
  return form.closest(".composer").dataset.thread;
}

function state(words) {
  const element = document.getElementById("draft-state");
  if (element) element.textContent = words;
}

function sendByKey(event) {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches(".panel textarea, .ask__text")) return;
  const enterSends = "enterSends" in document.body.dataset && !event.shiftKey;
  if (!(event.ctrlKey || event.metaKey || enterSends)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

// The key of a message stays the same until it is taken, so that trying again cannot send it twice. Other words,
// or another file, are another message.
async function send(panel) {
  const button = panel.querySelector('[type="submit"]');
  if (button.disabled) return;
  if (Number(panel.dataset.adding)) return state("Still adding the file, send again when it is here");
  const textarea = panel.querySelector("textarea");
  if (keeping?.textarea !== textarea) keepNow();
  clearTimeout(keeping?.timer);
  keeping = null;
  button.disabled = true;
  const text = textarea.value;
  const files = [...panel.querySelectorAll(".pending__file")];
  const body = bodyOf(panel);
  await storing;
  const answer = await ask(panel.action, "POST", body);
  button.disabled = false;
  if (answer?.ok) await sent(panel, { text, files }, answer.words);
  else await refused(panel, answer);
}

function bodyOf(panel) {
  const body = new URLSearchParams(new FormData(panel));
  body.delete("key");
  if ((panel.dataset.tried ?? String(body)) !== String(body)) newKey(panel);
  panel.dataset.tried = body;
  body.set("key", panel.querySelector('[name="key"]').value);
  return body;
}

function newKey(panel) {
  panel.querySelector('[name="key"]').value = crypto.randomUUID();
  delete panel.dataset.tried;
}

// What was sent leaves the box; what was written or added meanwhile stays.
async function sent(panel, { text, files }, turn) {
  const textarea = panel.querySelector("textarea");
  const wroteOn = textarea.value !== text;
  if (textarea.value.startsWith(text)) textarea.setRangeText(textarea.value.slice(text.length).trimStart(), 0, textarea.value.length, "end");
  for (const file of files) file.remove();
  newKey(panel);
  if (!panel.isConnected) return wroteOn && store(textarea); // another thread is shown
  notSent = "";
  document.getElementById("said").replaceChildren();
  state("");
  if (wroteOn) keepSoon(textarea);
  await apply(turn);
  if (panel.isConnected) document.querySelector(".log").scrollTop = 0;
}

async function refused(panel, answer) {
  if (!panel.isConnected) return refusedElsewhere(panel);
  keepSoon(panel.querySelector("textarea"));
  notSent = answer ? "Not sent, still here" : "Not sent, no connection. Your text is still here";
  state(notSent);
  if (answer) await say(answer.words);
}

function say(words) {
  const target = document.getElementById("said");
  return htmx.swap({ text: words, sourceElement: target, target, swap: "innerHTML" });
}

// Another thread is shown meanwhile: the text waits as the draft of its own.
async function refusedElsewhere(panel) {
  const address = `/workspace/threads/${threadOf(panel)}`;
  await store(panel.querySelector("textarea"));
  toast("A message could not be sent. Its text is kept as a draft.", { words: "Open", run: () => location.assign(address) });
}

async function attach(input) {
  const panel = input.form;
  const [file] = input.files;
  if (!file) return;
  const address = `/workspace/threads/${threadOf(panel)}/attachments?name=${encodeURIComponent(file.name)}`;
  state(`Adding ${file.name}`);
  adding(panel, 1);
  const answer = await ask(address, "POST", file, { "Content-Type": file.type || "application/octet-stream" });
  adding(panel, -1);
  input.value = "";
  if (!panel.isConnected) return;
  state("");
  if (!answer?.words) return state("Not added, no connection");
  if (!answer.ok) return say(answer.words);
  const target = panel.querySelector("[data-files]");
  await htmx.swap({ text: answer.words, sourceElement: panel, target, swap: "append" });
}

// How many files are on their way into the message.
function adding(panel, change) {
  panel.dataset.adding = Number(panel.dataset.adding ?? 0) + change;
}
