// The composer: drafts kept on the server, files attached before sending, sending by key. It clears only what was taken.
import { htmx } from "./app.js";
import { apply } from "./live.js";

const KEEPS_AFTER = 400;
let keeping = null;
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
  addEventListener("pagehide", keepNow);
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
  const topic = encodeURIComponent(document.getElementById("ask-topic").value);
  const answer = await fetch(`${panel.getAttribute("action")}/whom?topic=${topic}`).catch(() => null);
  if (answer?.ok && panel.isConnected) panel.querySelector("#ask-whom").textContent = await answer.text();
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

function ask(address, method, body, headers = {}) {
  const all = { "X-CSRF-Token": document.body.dataset.csrf, "HX-Request": "true", ...headers };
  return fetch(address, { method, body, headers: all, keepalive: method === "PUT" }).catch(() => null);
}

function keepSoon(textarea) {
  clearTimeout(keeping?.timer);
  if (keeping && keeping.textarea !== textarea) keepNow();
  keeping = { textarea, timer: setTimeout(keepNow, KEEPS_AFTER) };
  notSent = "";
  state("");
}

async function keepNow() {
  if (!keeping) return;
  const { textarea, timer } = keeping;
  clearTimeout(timer);
  keeping = null;
  const { form, value } = textarea;
  const thread = form.closest(".composer").dataset.thread;
  const answer = await ask(`/workspace/threads/${thread}/drafts/${form.dataset.mode}`, "PUT", new URLSearchParams({ text: value }));
  if (form.isConnected && !keeping) state(notSent || (answer?.ok ? (value.trim() ? "Draft kept" : "") : "Draft not kept yet"));
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

// The key of a message stays the same until it is taken, so that trying again cannot send it twice.
async function send(panel) {
  const button = panel.querySelector('[type="submit"]');
  if (button.disabled) return;
  clearTimeout(keeping?.timer);
  keeping = null;
  button.disabled = true;
  const answer = await ask(panel.action, "POST", new URLSearchParams(new FormData(panel)));
  button.disabled = false;
  if (answer?.ok) sent(panel, await answer.text());
  else await refused(panel, answer);
}

async function sent(panel, turn) {
  notSent = "";
  panel.querySelector("textarea").value = "";
  panel.querySelector("[data-files]")?.replaceChildren();
  panel.querySelector('[name="key"]').value = crypto.randomUUID();
  document.getElementById("said").replaceChildren();
  state("");
  await apply(turn);
  document.querySelector(".log").scrollTop = 0;
}

async function refused(panel, answer) {
  keepSoon(panel.querySelector("textarea"));
  notSent = answer ? "Not sent, still here" : "Not sent, no connection. Your text is still here";
  state(notSent);
  if (answer) await say(await answer.text());
}

function say(words) {
  const target = document.getElementById("said");
  return htmx.swap({ text: words, sourceElement: target, target, swap: "innerHTML" });
}

async function attach(input) {
  const panel = input.form;
  const [file] = input.files;
  if (!file) return;
  const thread = panel.closest(".composer").dataset.thread;
  const address = `/workspace/threads/${thread}/attachments?name=${encodeURIComponent(file.name)}`;
  state(`Adding ${file.name}`);
  const answer = await ask(address, "POST", file, { "Content-Type": file.type || "application/octet-stream" });
  input.value = "";
  state("");
  if (!answer) return state("Not added, no connection");
  if (!answer.ok) return say(await answer.text());
  const target = panel.querySelector("[data-files]");
  await htmx.swap({ text: await answer.text(), sourceElement: panel, target, swap: "append" });
}
