// What a seller has to send: one store's orders, the latest first.
import { get } from "/shop/lib/ask.js";
import { day, el, empty, field, link, money, open, pieces, query, show } from "/shop/lib/page.js";
import { STATES } from "/shop/lib/words.js";

const WAITING = ["confirmed", "processing"];

async function stores() {
  const { items } = await get("/v1/me/stores", { limit: 50 });
  const mine = items.filter((one) => one.permissions.includes("view_orders"));
  return Promise.all(mine.map(async (one) => [one.store_id, (await get(`/v1/stores/${one.store_id}`)).name]));
}

function row(one, store) {
  const many = one.lines.reduce((sum, line) => sum + line.quantity, 0);
  return el("li", {}, link(`/shop/selling/order?store=${store}&id=${one.order_id}`, [el("b", {}, one.number ? `Number ${one.number}` : "Without a number yet"), `${pieces(many)}, ${money(one.total)}`,
    el("span", { class: "dim" }, day(one.placed_at)), el("span", { class: `state ${one.state}` }, WAITING.includes(one.state) ? `To send: ${STATES[one.state].toLowerCase()}` : STATES[one.state])], { class: "row" }));
}

open(async () => {
  const mine = await stores();
  if (!mine.length) return show("Selling", empty("You have no store, or may not see its orders. Open one by the API, or ask its owner."));
  const store = query("store") || mine[0][0];
  const page = await get(`/v1/stores/${store}/orders`, { limit: 20, cursor: query("cursor") });
  const choose = field("Store", { value: store, change: (event) => location.assign(`/shop/selling?store=${event.target.value}`) }, ...mine);
  return show("Selling", mine.length > 1 ? choose : el("p", {}, mine[0][1]),
    page.items.length ? el("ul", { class: "rows" }, page.items.map((one) => row(one, store))) : empty("Nobody has bought anything here yet."),
    page.cursor && link(`/shop/selling?store=${store}&cursor=${encodeURIComponent(page.cursor)}`, "Older ones"));
});
