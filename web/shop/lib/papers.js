// Invoices and credit notes: fetched with one's token, then saved by the browser.
import { ask, get } from "/shop/lib/ask.js";
import { button, el, part } from "/shop/lib/page.js";

const KINDS = { invoice: "Invoice", credit_note: "Credit note" };

async function save(paper) {
  const address = URL.createObjectURL(await ask("GET", paper.url));
  el("a", { href: address, download: `${paper.kind}-${paper.number}.pdf` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export function papers(path) {
  const soon = "They come in a moment.", list = el("p", { class: "acts" }, soon);
  get(`${path}/papers`).then(({ items }) => {
    const named = (paper) => `${KINDS[paper.kind]} ${paper.number} (PDF)`;
    list.replaceChildren(...items.map((paper) => button(named(paper), () => save(paper), { class: "plain" })), items.length ? "" : soon);
  }, (problem) => list.replaceChildren(problem.message));
  return part("Papers", list);
}
