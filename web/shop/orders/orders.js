// All that somebody has ordered, the latest first.
import { get, session } from "/shop/lib/ask.js";
import { day, el, empty, link, money, open, pieces, query, show } from "/shop/lib/page.js";
import { STATES } from "/shop/lib/words.js";

function row(one) {
  return el("li", {}, link(`/shop/order?id=${one.order_id}`, [el("b", {}, `${pieces(one.pieces)}, ${money(one.total)}`),
    el("span", { class: "dim" }, `Ordered on ${day(one.placed_at)}`), el("span", { class: `state ${one.state}` }, STATES[one.state])], { class: "row" }));
}

open(async () => {
  const page = session().token ? await get("/v1/me/orders", { cursor: query("cursor") }) : { items: [] };
  if (!page.items.length) return show("Orders", empty("You have not ordered anything yet.", link("/shop", "Find something", { class: "button" }), !session().refresh && link("/shop/sign-in?back=/shop/orders", "Sign in to see yours")));
  return show("Orders", el("ul", { class: "rows" }, page.items.map(row)), page.cursor && link(`/shop/orders?cursor=${encodeURIComponent(page.cursor)}`, "Older ones"));
});
