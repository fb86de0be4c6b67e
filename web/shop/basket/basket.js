// The basket: what is in it, what is different by now, codes, and what it comes to.
import { ask, beSomebody, get, justCame, session } from "/shop/lib/ask.js";
import { button, el, empty, field, form, link, money, named, open, part, picture, show } from "/shop/lib/page.js";
import { CURRENCIES } from "/shop/lib/words.js";

const LOOK_EVERY_MS = 2000;
const change = (line, said) => ask("PATCH", `/v1/basket/lines/${line.line_id}`, said).then(again);
const remove = (line) => ask("DELETE", `/v1/basket/lines/${line.line_id}`).then(again);

function shown(line) {
  const quantity = field("How many?", { type: "number", name: "quantity", value: line.quantity, min: 1, max: 100, required: true });
  return el("li", { class: "box line inline" }, picture(line.image_id), el("div", {},
    el("b", {}, named(line)), el("p", { class: "dim" }, line.store_name),
    line.why && el("p", { class: "warn" }, line.why),
    el("p", {}, money(line.unit_price), line.total && line.quantity > 1 && ` each, ${money(line.total)} in all`),
    line.reductions.map((one) => el("p", { class: "good" }, `${one.title}: −${money(one.amount)}`)),
    form("Change", ({ quantity: wanted }) => change(line, { quantity: Number(wanted) }), quantity),
    button("Save for later", () => change(line, { saved: true }), { class: "plain" }),
    button("Remove", () => remove(line), { class: "plain", "aria-label": `Remove ${named(line)}` })));
}

function kept(line) {
  return el("li", {}, named(line), " ", button("Back into the basket", () => change(line, { saved: false }), { class: "plain" }),
    button("Remove", () => remove(line), { class: "plain", "aria-label": `Remove ${named(line)}` }));
}

function codes(basket) {
  const path = (code) => `/v1/basket/codes/${encodeURIComponent(code)}`;
  return el("div", { class: "inline" }, el("h3", {}, "Codes"),
    el("ul", {}, basket.codes.map((one) => el("li", { class: one.works ? "good" : "warn" }, `${one.code}: ${one.detail} `,
      button("Remove", () => ask("DELETE", path(one.code)).then(again), { class: "plain", "aria-label": `Remove ${one.code}` })))),
    form("Try it", ({ code }) => ask("PUT", path(code.trim())).then(again), field("Code", { name: "code", required: true, autocomplete: "off" })));
}

function totals(basket) {
  const rows = [["Goods", basket.totals.goods], ["Taken off", basket.totals.discounts], ["So far", basket.totals.total]];
  return el("section", { class: "box" }, el("h2", {}, "What it comes to"),
    el("dl", { class: "sums" }, rows.filter(([name, sum]) => sum.minor || name === "So far").map(([name, sum]) => [el("dt", {}, name), el("dd", {}, money(sum))])),
    el("p", { class: "dim" }, "Sending and tax come with the address."),
    el("p", {}, link("/shop/checkout", "Go to the checkout", { class: "button" })), codes(basket),
    el("div", { class: "inline" }, form("Change", (said) => ask("PATCH", "/v1/basket", said).then(again), field("Pay in", { name: "currency", value: basket.currency }, ...CURRENCIES))));
}

// Told once: whoever has seen it is not told again.
function seen(basket) {
  const lines = [...basket.lines, ...basket.saved].map((line) => ({ line_id: line.line_id, state: line.state, unit_price: line.unit_price }));
  if (lines.length) ask("POST", "/v1/basket/shown", { lines }).catch(() => null);
}

async function again() {
  if (!session().token) await beSomebody();
  const basket = await get("/v1/basket");
  if (!basket.lines.length && !basket.saved.length && justCame()) {
    show("Basket", empty("What you chose before you signed in is on its way here.", link("/shop", "Find something else")));
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
    return again();
  }
  if (!basket.lines.length && !basket.saved.length) return show("Basket", empty("Nothing is in your basket yet.", link("/shop", "Find something", { class: "button" })));
  show("Basket",
    basket.changes.length > 0 && part("What is different", el("ul", {}, basket.changes.map((one) => el("li", { class: "warn" }, one.detail)))),
    el("div", { class: "two wide" }, el("div", {}, el("ul", { class: "lines" }, basket.lines.map(shown)),
      basket.saved.length > 0 && part("Saved for later", el("ul", {}, basket.saved.map(kept)))),
    basket.lines.length > 0 && totals(basket)));
  return seen(basket);
}

open(again);
