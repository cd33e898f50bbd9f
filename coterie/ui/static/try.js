// Trying a rule: lines of JSON while the replay runs, and its last one holds the page's part with the answer.
const region = document.querySelector("[data-tries]");
if (region) run(region);

async function run(region) {
  try {
    const answer = await fetch(region.dataset.tries);
    if (!answer.ok || answer.redirected) throw new Error("refused");
    for await (const line of lines(answer.body)) tell(region, JSON.parse(line));
  } catch {
    say(region, "The connection was lost. Reload the page to try again.");
  }
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

function tell(region, line) {
  if (line.html) {
    region.querySelector("[data-answer]").replaceChildren(document.createRange().createContextualFragment(line.html));
    region.querySelector("[data-status]").textContent = "The answer is there.";
    return;
  }
  const bar = region.querySelector("progress");
  bar.max = line.total;
  bar.value = line.done;
  say(region, `${line.done.toLocaleString("en")} of ${line.total.toLocaleString("en")} decided again.`);
}

function say(region, words) {
  const said = region.querySelector("[data-said]");
  if (said) said.textContent = words;
}
