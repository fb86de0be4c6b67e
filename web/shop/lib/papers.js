// Invoices and credit notes: fetched with one's token, then saved by the browser.
import { ask, get } from "/shop/lib/ask.js";
import { button, el, part } from "/shop/lib/page.js";

const LOOK_EVERY_MS = 2000, TRIES = 10;
const KINDS = { invoice: "Invoice", credit_note: "Credit note" };

async function save(paper) {
  const address = URL.createObjectURL(await ask("GET", paper.url));
  el("a", { href: address, download: `${paper.kind}-${paper.number}.pdf` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// Each comes a moment after what it is about: while there are fewer than `expected`, they are looked for a few times more.
export function papers(path, expected) {
  const soon = "They come in a moment.", list = el("p", { class: "acts" }, soon);
  const named = (paper) => `${KINDS[paper.kind]} ${paper.number} (PDF)`;
  const look = (tries) => get(`${path}/papers`).then(({ items }) => {
    list.replaceChildren(...items.map((paper) => button(named(paper), () => save(paper), { class: "plain" })), items.length ? "" : soon);
    if (items.length < expected && tries) setTimeout(() => list.isConnected && look(tries - 1), LOOK_EVERY_MS);
  }, (problem) => list.replaceChildren(problem.message));
  look(TRIES);
  return part("Papers", list);
}
