// What the pages of the administration do by themselves: show a hue, copy a secret, copy Monday, tick a column.
import { toast } from "./toast.js";

for (const picker of document.querySelectorAll("[data-hue-picker]")) {
  const range = picker.querySelector("input[type=range]");
  const look = picker.querySelector("[data-hue]");
  range.addEventListener("input", () => { look.dataset.hue = range.value; });
  const name = picker.closest("form").elements.name;
  name?.addEventListener("input", () => { look.querySelector("[data-hue-name]").textContent = name.value || "Your community"; });
}

document.addEventListener("click", async (event) => {
  const copier = event.target.closest("[data-copies]");
  if (copier) await copy(document.getElementById(copier.dataset.copies));
  if (event.target.closest("[data-copies-monday]")) copyMonday();
});

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.ticks;
  if (!name) return;
  for (const box of event.target.form.querySelectorAll(`input[name="${name}"]`)) box.checked = event.target.checked;
});

for (const dialog of document.querySelectorAll("dialog[data-open]")) dialog.showModal();

async function copy(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    toast("Copied.");
  } catch {
    toast("It is selected: press Ctrl C.");
  }
}

function copyMonday() {
  const monday = document.getElementById("f-mon").value;
  for (const day of ["tue", "wed", "thu", "fri"]) document.getElementById(`f-${day}`).value = monday;
}
