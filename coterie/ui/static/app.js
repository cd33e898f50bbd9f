// What every page can do: the theme, dialogs, toasts, times that tick, and htmx with the token of this session.
import htmx from "./vendor/htmx.esm.min.js";
import { tick } from "./clock.js";
import { toast } from "./toast.js";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  if (request.method !== "GET") request.headers["X-CSRF-Token"] = document.body.dataset.csrf ?? "";
});

document.addEventListener("htmx:error", () => toast("No connection. Nothing was lost, try again."));

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu__item")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Every switch of the page shows what this browser keeps, also one that came into the page later.
function showTheme() {
  const theme = localStorage.getItem("theme") ?? "system";
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const radio of document.querySelectorAll('input[name="theme"]')) radio.checked = radio.value === theme;
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches('input[name="theme"]')) return;
  localStorage.setItem("theme", target.value);
  showTheme();
});

addEventListener("storage", (event) => event.key === "theme" && showTheme());
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => ctx.target !== document.body && showTheme());
showTheme();

// A form that came back begins at what was refused.
document.querySelector('main [aria-invalid="true"]')?.focus();

setInterval(tick, 15_000);
document.addEventListener("visibilitychange", () => document.hidden || tick());

export { htmx };
