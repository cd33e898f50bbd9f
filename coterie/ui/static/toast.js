// A sentence that passes by, with at most one thing to do about it.
const STAYS = 7_000;

export function toast(words, act) {
  const element = document.createElement("div");
  element.className = "toast";
  element.append(Object.assign(document.createElement("span"), { textContent: words }));
  if (act) element.append(button(act, element));
  document.getElementById("toasts").replaceChildren(element);
  passBy(element);
}

function button({ words, run }, element) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--s", textContent: words });
  made.addEventListener("click", () => {
    element.remove();
    run();
  });
  return made;
}

// It stays while it is pointed at or holds the focus.
function passBy(element) {
  setTimeout(() => {
    if (element.matches(":hover, :focus-within")) passBy(element);
    else element.remove();
  }, STAYS);
}
