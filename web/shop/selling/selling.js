// What a seller has to send: one store's orders, the latest first.
import { get } from "/shop/lib/ask.js";
import { day, el, empty, field, link, money, open, pieces, query, show } from "/shop/lib/page.js";
import { STATES } from "/shop/lib/words.js";

const WAITING = ["confirmed", "processing"];

// Their names come as they come: nobody waits for a dozen of them to see what is to be sent.
function chooser(mine, store) {
  const made = field("Store", { value: store, change: (event) => location.assign(`/shop/selling?store=${event.target.value}`) }, ...mine.map((one) => [one.store_id, "…"]));
  for (const option of made.querySelectorAll("option")) {
    get(`/v1/stores/${option.value}`).then(({ name }) => option.replaceChildren(name), () => option.replaceChildren(option.value));
  }
  return made;
}

function row(one, store) {
  const many = one.lines.reduce((sum, line) => sum + line.quantity, 0);
  return el("li", {}, link(`/shop/selling/order?store=${store}&id=${one.order_id}`, [el("b", {}, one.number ? `Order ${one.number}` : "Without a number yet"), `${pieces(many)}, ${money(one.total)}`,
    el("span", { class: "dim" }, day(one.placed_at)), el("span", { class: `state ${one.state}` }, WAITING.includes(one.state) ? `To send: ${STATES[one.state].toLowerCase()}` : STATES[one.state])], { class: "row" }));
}

// For whoever may see it.
function funds(store) {
  const told = el("p", { class: "dim" });
  get(`/v1/stores/${store}/balance`).then(({ items }) => told.replaceChildren(
    ...items.map((one) => `To be withdrawn: ${money(one.available)}. Of sales that are not safe yet: ${money(one.pending)}. `)), () => null);
  return told;
}

open(async () => {
  const { items } = await get("/v1/me/stores", { limit: 50 });
  const mine = items.filter((one) => one.permissions.includes("view_orders"));
  if (!mine.length) return show("Selling", empty("You have no store, or may not see its orders. Open one by the API, or ask its owner."));
  const store = query("store") || mine[0].store_id;
  const page = await get(`/v1/stores/${store}/orders`, { limit: 20, cursor: query("cursor") });
  return show("Selling", chooser(mine, store), funds(store),
    page.items.length ? el("ul", { class: "rows" }, page.items.map((one) => row(one, store))) : empty("Nobody has bought anything here yet."),
    page.cursor && link(`/shop/selling?store=${store}&cursor=${encodeURIComponent(page.cursor)}`, "Older ones"));
});
