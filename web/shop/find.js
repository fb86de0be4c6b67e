// Find: by words, by category, sorted; the address says all of it, so that it can be sent to somebody.
import { get } from "/shop/lib/ask.js";
import { el, empty, field, link, money, open, pieces, picture, query, show } from "/shop/lib/page.js";
import { CURRENCIES } from "/shop/lib/words.js";

const SORTS = [["relevance", "What fits best"], ["newest", "Newest"], ["price_up", "Cheapest"], ["price_down", "Dearest"]];
const asked = () => ({
  q: query("q"), category: query("category"), sort: query("sort") || "relevance", currency: query("currency") || "EUR",
});

// Parents come before their children; how deep each is shows before its name.
function indented(categories) {
  const depths = new Map();
  return categories.map((one) => {
    depths.set(one.category_id, one.parent_id ? (depths.get(one.parent_id) ?? 0) + 1 : 0);
    return [one.category_id, "– ".repeat(depths.get(one.category_id)) + (one.names.en || Object.values(one.names)[0])];
  });
}

function search(categories, said) {
  return el("form", { role: "search", action: "/shop", class: "search" },
    field("What are you looking for?", { type: "search", name: "q", value: said.q, placeholder: "camera" }),
    field("Category", { name: "category", value: said.category }, ["", "All of them"], ...indented(categories)),
    field("Sorted by", { name: "sort", value: said.sort }, ...SORTS),
    field("Prices in", { name: "currency", value: said.currency }, ...CURRENCIES),
    el("p", { class: "acts" }, el("button", {}, "Find")));
}

function hit(one) {
  const where = `/shop/product?at=${encodeURIComponent(one.address)}&offer=${one.offer_id}&currency=${one.price?.currency || ""}`;
  return el("li", {}, link(where, [picture(one.image_id),
    el("b", {}, one.title),
    el("span", { class: "price" }, money(one.price), one.compare_at && el("s", { class: "dim" }, " ", money(one.compare_at))),
    el("span", { class: "dim" }, one.store.name, one.store.verified && " ✓"),
    !one.available && el("span", { class: "warn" }, "Sold out")], { class: "card" }));
}

function more(list, said, cursor) {
  const button = el("button", { type: "button", click: async () => {
    const next = await get("/v1/search", { ...said, limit: 24, cursor });
    list.append(...next.items.map(hit));
    button.replaceWith(more(list, said, next.cursor));
  } }, "Show more");
  return cursor ? button : el("span");
}

function found(page, said) {
  if (!page.items.length) {
    const other = page.did_you_mean && link(`/shop?q=${encodeURIComponent(page.did_you_mean)}`, `Did you mean “${page.did_you_mean}”?`);
    return empty(said.q ? `Nothing here is called “${said.q}”. Try fewer words, or look at everything.` : "Nothing is for sale here yet.", other, " ", link("/shop", "Show everything"));
  }
  const list = el("ul", { class: "cards" }, page.items.map(hit));
  const total = page.total === null ? "" : `${pieces(page.total).replace("piece", "thing")} found.`;
  return [el("p", { class: "dim", role: "status" }, total, page.loosely && " Nothing is called exactly so: these are like it.", page.notice), list, more(list, said, page.cursor)];
}

open(async () => {
  const said = asked();
  const [tree, page] = await Promise.all([get("/v1/categories"), get("/v1/search", { ...said, limit: 24 })]);
  show("Find", search(tree.items, said), found(page, said));
});
