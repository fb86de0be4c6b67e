// One product: pictures, what it is, who sells it, in which variants, and whether any are left.
import { ask, beSomebody, get } from "/shop/lib/ask.js";
import { el, empty, field, form, link, money, open, part, picture, query, show, tell } from "/shop/lib/page.js";

const CONDITIONS = { new: "New", used: "Used", refurbished: "Refurbished" };

// In the currency that was asked for where it is sold in that, else in its store's own.
function priced(variant) {
  const wanted = query("currency") || "EUR";
  const currency = wanted in variant.prices ? wanted : Object.keys(variant.prices)[0];
  return currency ? { minor: variant.prices[currency], currency } : null;
}

const STOCK = {
  in_stock: () => "In stock.",
  low: (left) => (left == null ? "Few are left." : left === 1 ? "Only one is left." : `Only ${left} are left.`),
  out: () => "None is left.",
  backorder: () => "It is being made: it is sent as soon as it is there.",
  preorder: () => "It can be ordered ahead.",
};

async function storeOf(offer) {
  const { items } = await get("/v1/search", { store: offer.store_id, limit: 1 });
  return items[0]?.store;
}

async function storesOf(offers) {
  const all = [...new Map(offers.map((offer) => [offer.store_id, offer])).values()].slice(0, 12);
  return new Map(await Promise.all(all.map(async (offer) => [offer.store_id, await storeOf(offer).catch(() => null)])));
}

async function availability(offers) {
  const variants = offers.flatMap((offer) => offer.variants.map((one) => `${offer.store_id}:${one.variant_id}`)).slice(0, 50);
  const { items } = await get("/v1/availability", { variants: variants.join(",") }).catch(() => ({ items: [] }));
  return new Map(items.map((one) => [one.variant_id, one]));
}

function offered(offer, store, left) {
  const price = el("p", { class: "price" }), told = el("span");
  const options = offer.variants.map((one) => [one.variant_id, [Object.values(one.options).join(", ") || "One size", money(priced(one))].join(" · ")]);
  const choice = (id) => offer.variants.find((one) => one.variant_id === id) || offer.variants[0];
  const look = (id) => {
    price.replaceChildren(money(priced(choice(id))));
    const { state, left: some } = left.get(choice(id).variant_id) || {};
    told.replaceChildren(STOCK[state] ? `${STOCK[state](some)} ` : "");
  };
  const put = async ({ variant, quantity }) => {
    const chosen = choice(variant);
    await beSomebody();
    const line = { store_id: offer.store_id, offer_id: offer.offer_id, variant_id: chosen.variant_id };
    await ask("POST", "/v1/basket/lines", { ...line, quantity: Number(quantity), currency: priced(chosen).currency });
    done.replaceChildren("It is in your basket. ", link("/shop/basket", "Go to the basket"));
    tell("It is in your basket.");
  };
  const done = el("p", { class: "good", role: "status" });
  look(options[0][0]);
  const variant = options.length > 1 && field("Which one?", { name: "variant", change: (event) => look(event.target.value) }, ...options);
  return el("section", { class: "box" },
    el("h2", {}, store ? store.name : "A store", store?.verified && el("span", { class: "good", title: "Verified" }, " ✓")),
    price, el("p", { class: "dim" }, told, CONDITIONS[offer.condition] || offer.condition, offer.kind !== "goods" && " · a file to download"),
    offer.remarks && el("p", {}, Object.values(offer.remarks)[0] || ""),
    form("Put into basket", put, variant, field("How many?", { type: "number", name: "quantity", value: 1, min: 1, max: 100, required: true })),
    done);
}

function described(product, texts) {
  const shown = Object.entries(product.attributes || {}).map(([name, value]) => [el("dt", {}, name.replaceAll("_", " ")), el("dd", {}, String(value))]);
  return [
    texts.description && el("div", { class: "long" }, texts.description.split(/\n+/).map((line) => el("p", {}, line))),
    shown.length > 0 && part("Details", el("dl", {}, shown)),
  ];
}

open(async () => {
  if (!query("at")) return show("Product", empty("This address says no product.", link("/shop", "Find one")));
  const product = await get(`/v1/products/${encodeURIComponent(query("at"))}`);
  const texts = product.texts.en || Object.values(product.texts)[0];
  const offers = [...product.offers].sort((one) => (one.offer_id === query("offer") ? -1 : 1));
  const [stores, left] = await Promise.all([storesOf(offers), availability(offers)]);
  const sold = offers.filter((offer) => offer.variants.length).map((offer) => offered(offer, stores.get(offer.store_id), left));
  return show(texts.title, product.brand && el("p", { class: "dim" }, product.brand),
    el("div", { class: "two" },
      el("div", { class: "pictures" }, product.pictures.length ? product.pictures.slice(0, 4).map((one) => picture(one.image_id, 800, one.alt.en || "")) : picture(null)),
      el("div", {}, sold.length ? sold : empty("Nobody sells this at the moment.", link("/shop", "Find something else"))),
      el("div", { class: "about" }, described(product, texts))));
});
