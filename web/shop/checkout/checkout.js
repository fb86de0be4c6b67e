// From a basket to an order: where to, what it comes to and why, and on to the page that asks for the money.
import { ask, beSomebody, get, isPerson, keepClaim } from "/shop/lib/ask.js";
import { addressFields, addressFrom, inOneLine } from "/shop/lib/address.js";
import { el, empty, field, form, link, money, named, open, part, show } from "/shop/lib/page.js";

const shipTo = (address) => ({ country: address.country, region: address.region || "", postal_code: address.postcode || "" });

function ways(quote) {
  return quote.shipping_ways.filter((one) => one.ways.length > 1).map((one) => {
    const chosen = quote.details.shipping.find((sending) => sending.store_id === one.store_id)?.method_id;
    return field("Sent by", { name: `way:${one.store_id}`, value: chosen }, ...one.ways.map((way) => [way.method_id, `${way.name} ${money(way.price)}`]));
  });
}

function reckoned(details) {
  const { totals } = details;
  const price = (line) => ({ ...line.unit_price, minor: line.unit_price.minor * line.quantity });
  const rows = [...details.lines.map((line) => [`${line.quantity} × ${named(line)}`, price(line)]), ["Sending", totals.shipping],
    ["Taken off", { ...totals.discounts, minor: -totals.discounts.minor }], ["Tax on top", { ...totals.tax, minor: totals.tax.minor - totals.tax_included.minor }]];
  const tax = totals.tax_included.minor > 0 && el("small", {}, `${money(totals.tax_included)} of it is tax`);
  return el("table", { class: "reckoned" }, el("tbody", {},
    rows.filter(([, sum]) => sum.minor).map(([name, sum]) => el("tr", {}, el("td", {}, name), el("td", {}, money(sum)))),
    el("tr", {}, el("th", { scope: "row" }, "To pay", tax), el("th", {}, money(totals.total)))));
}

function why(details) {
  return el("details", {}, el("summary", {}, "Why it costs that"), el("ul", {}, details.explain.filter((one) => one.what !== "total")
    .map((one) => el("li", {}, `${one.why}: ${money(one.included || one.amount)}`, one.steps.length > 0 && el("span", { class: "dim" }, ` (${one.steps.join("; ")})`)))));
}

async function creditsIn(currency) {
  if (!isPerson()) return 0;
  const { items } = await get("/v1/me/credits").catch(() => ({ items: [] }));
  return items.find((one) => one.credits.currency === currency)?.credits.minor || 0;
}

async function order(quote, address, email, said) {
  const places = 10 ** new Intl.NumberFormat("en", { style: "currency", currency: quote.details.currency }).resolvedOptions().maximumFractionDigits;
  const minor = Math.min(Math.round(Number(said.credits || 0) * places), quote.details.totals.total.minor);
  const credits = minor > 0 && { credits: { minor, currency: quote.details.currency } };
  const begun = await ask("POST", "/v1/checkouts", { quote: quote.quote, address, ...(email && { email }), ...credits });
  keepClaim(begun.order_id, begun.claim_secret);
  location.assign(`/shop/order?id=${begun.order_id}&pay=now`);
}

async function showQuote(address, email, methods = {}) {
  const quote = await ask("POST", "/v1/basket/quote", { ship_to: shipTo(address), methods });
  const credits = await creditsIn(quote.details.currency);
  const choices = ways(quote);
  const choose = (said) => showQuote(address, email, Object.fromEntries(Object.entries(said).map(([name, way]) => [name.slice(4), way])));
  const places = new Intl.NumberFormat("en", { style: "currency", currency: quote.details.currency }).resolvedOptions().maximumFractionDigits;
  show("Checkout",
    part("Goes to", el("address", {}, inOneLine(address)), el("p", {}, link("/shop/checkout", "Change it"))),
    choices.length > 0 && part("How it is sent", form("Reckon again", choose, choices)),
    part("What it comes to",
      reckoned(quote.details), why(quote.details),
      form(`Order and pay ${money(quote.details.totals.total)}`, (said) => order(quote, address, email, said),
        credits > 0 && field(`Pay so much by credits (you have ${money({ minor: credits, currency: quote.details.currency })})`,
          { type: "number", name: "credits", min: 0, max: credits / 10 ** places, step: 1 / 10 ** places, value: 0 }))));
  document.querySelector("main h1").scrollIntoView();
}

async function askWhere() {
  await beSomebody();
  const basket = await get("/v1/basket");
  if (!basket.lines.length) return show("Checkout", empty("Nothing is in your basket yet.", link("/shop", "Find something", { class: "button" })));
  const book = isPerson() ? (await get("/v1/me/addresses").catch(() => ({ items: [] }))).items : [];
  const guest = !isPerson() && [
    el("p", {}, "You can order without an account, or ", link("/shop/sign-in?back=/shop/checkout", "sign in"), " first."),
    field("E-mail, for news of your order", { type: "email", name: "email", required: true, autocomplete: "email" })];
  const known = book.find((one) => one.default_for.includes("shipping")) || book[0];
  const where = form("See what it comes to", (said) => showQuote(addressFrom(said), said.email), guest,
    el("fieldset", {}, el("legend", {}, "Where to"), addressFields(known)));
  return show("Checkout", where);
}

open(askWhere);
