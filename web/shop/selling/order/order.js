// A store's part of an order, as whoever packs and sends it needs it: nothing more than what is next, and why.
import { ask, get } from "/shop/lib/ask.js";
import { inOneLine } from "/shop/lib/address.js";
import { goods, inside, steps, unsent } from "/shop/lib/goods.js";
import { papers } from "/shop/lib/papers.js";
import { button, counts, el, empty, field, form, inUse, link, moment, money, named, open, part, query, show, unfold } from "/shop/lib/page.js";
import { CARRIERS, CAUSES_FOR_STORE, COMING_BACK, PARCELS, REASONS_FOR_STORE, REFUNDS_FOR_STORE, STATES, WHY } from "/shop/lib/words.js";

const store = query("store"), path = `/v1/stores/${store}/orders/${query("id")}`;
const LOOK_EVERY_MS = 5000;
const MOVES = {
  label: [["send", "It is handed over"], ["void", "Call the label off"]],
  sent: [["deliver", "It has arrived"], ["lose", "It is lost"], ["send_back", "It comes back"]],
  under_way: [["deliver", "It has arrived"], ["lose", "It is lost"], ["send_back", "It comes back"]],
};
let shown = null, carriers = ["manual"];

const act = (where, body) => ask("POST", `${path}${where}`, body).then(again);
const labelled = (order, line) => order.parcels.filter((one) => one.state === "label").reduce((sum, one) => sum + (one.lines[line.line_id] || 0), 0);

// What is to be sent

function sending(order) {
  const left = counts(order.lines, (one) => unsent(one) - labelled(order, one));
  if (!left.rows.length || !["confirmed", "processing", "completed", "delivered"].includes(order.state)) return null;
  const byHand = form("It is on its way", (said) => act("/parcels", { lines: left.chosen(said), tracking_number: said.tracking_number, tracking_url: said.tracking_url }), left.rows,
    field("Number to track it by (optional)", { name: "tracking_number", maxlength: 60 }),
    field("Address to track it at (optional)", { name: "tracking_url", type: "url", pattern: "https://.+", hint: "Begins with https://" }));
  const others = carriers.filter((one) => one !== "manual");
  const byCarrier = () => {
    const some = counts(order.lines, (one) => unsent(one) - labelled(order, one));
    return form("Get a label", (said) => act("/parcels/label", { lines: some.chosen(said), carrier: said.carrier }), some.rows,
      field("Carrier", { name: "carrier" }, ...others.map((one) => [one, CARRIERS[one]])));
  };
  const cancelling = counts(order.lines, unsent);
  return part("To send",
    order.timers.ship_by && el("p", { class: "warn" }, "What is not sent by ", moment(order.timers.ship_by), " is cancelled, and the buyer gets the money back."),
    order.state === "confirmed" && button("I begin to pack it", () => act("/begin")),
    unfold("Send a parcel", byHand), others.length > 0 && unfold("Get a label from a carrier", byCarrier()),
    unfold("Cancel what I cannot send", form("Cancel these", (said) => act("/cancel", { lines: cancelling.chosen(said) }), cancelling.rows)));
}

// On the way

async function print(parcel) {
  const { url } = await get(`${path}/parcels/${parcel.parcel_id}/label`);
  window.open(url, "_blank", "noreferrer");
}

function parcel(one, order) {
  const number = one.tracking_number && (one.tracking_url ? link(one.tracking_url, one.tracking_number, { rel: "noreferrer noopener", target: "_blank" }) : one.tracking_number);
  const moves = (MOVES[one.state] || []).map(([move, words]) => button(words, () => act(`/parcels/${one.parcel_id}/moves`, { move }), { class: "plain" }));
  return el("li", {}, el("b", {}, PARCELS[one.state]), `: ${inside(order, one.lines)}`, number && [" · ", CARRIERS[one.carrier] || "number", " ", number], el("div", {},
    one.carrier !== "manual" && one.state === "label" && button("Print the label", () => print(one), { class: "plain" }), moves));
}

// Coming back

function inspection(one, order) {
  const fine = counts(order.lines.filter((some) => one.lines[some.line_id]), (some) => one.lines[some.line_id]);
  const inspected = (said) => {
    const accepted = Object.fromEntries(Object.keys(one.lines).map((line_id) => [line_id, Number(said[`line:${line_id}`])]));
    return act(`/returns/${one.return_id}/inspection`, { accepted, to_shelf: said.shelf ? accepted : {} });
  };
  return unfold("Say how it is", el("p", { class: "dim" }, "For what you accept the money goes back, or another one is sent."),
    form("Accept these", inspected, fine.rows, field("They can be sold again", { type: "checkbox", name: "shelf", checked: true })));
}

function returned(one, order) {
  const where = `/returns/${one.return_id}`;
  const why = WHY.find(([code]) => code === one.why)?.[1] || one.why;
  return el("li", {}, el("b", {}, COMING_BACK[one.state]), `: ${inside(order, one.lines)}`, el("p", { class: "dim" }, `“${why}”, wants ${one.wanted === "refund" ? "the money back" : "another one"}`, one.tracking_number && ` · number ${one.tracking_number}`),
    one.state === "requested" && [button("Take it back", () => act(`${where}/answer`, { answer: "approve" })), button("Say no", () => act(`${where}/answer`, { answer: "reject" }), { class: "plain" })],
    ["approved", "sent"].includes(one.state) && button("It has arrived", () => act(`${where}/received`)),
    one.state === "received" && inspection(one, order));
}

// Your money

function waits({ state, timers, settlement }) {
  if (state === "shipped" && timers.receive_by) return ["Without a word from the buyer it counts as delivered on ", moment(timers.receive_by), "."];
  if (state === "completed") return "It is settled: your money for it is in your balance, or was paid out to you.";
  if (settlement?.state === "paused") return "Your money for it waits until what is open between you two is decided.";
  if (state === "delivered" && timers.settle_by) return ["You get your money for it after ", moment(timers.settle_by), ", if the buyer does not object until then."];
  return null;
}

function giveBack(order) {
  const places = new Intl.NumberFormat("en", { style: "currency", currency: order.total.currency }).resolvedOptions().maximumFractionDigits;
  const amounts = (said) => Object.fromEntries(Object.entries(said).filter(([name, value]) => name.startsWith("sum:") && Number(value) > 0)
    .map(([name, value]) => [name.slice(4), { minor: Math.round(Number(value) * 10 ** places), currency: order.total.currency }]));
  return unfold("Give a part of the price back", form("Give it back", (said) => act("/refunds", { lines: amounts(said) }),
    order.lines.map((one) => field(`Of ${named(one)}, in ${order.total.currency}`, { name: `sum:${one.line_id}`, type: "number", min: 0, step: 1 / 10 ** places, max: one.total.minor / 10 ** places, value: 0 }))));
}

function draw(order) {
  shown = order;
  show(order.number ? `Order ${order.number}` : "An order",
    el("p", {}, link(`/shop/selling?store=${store}`, "All orders")),
    el("section", { class: "box" },
      el("p", {}, el("span", { class: `state ${order.state}` }, STATES[order.state]), order.reason && `. ${REASONS_FOR_STORE[order.reason]}`),
      steps(order.state), el("p", { class: "dim" }, waits(order)), goods(order)),
    order.address && part("Goes to", el("address", {}, inOneLine(order.address))),
    sending(order),
    order.parcels.length > 0 && part("Parcels", el("ul", {}, order.parcels.map((one) => parcel(one, order)))),
    order.returns.length > 0 && part("Returns", el("ul", {}, order.returns.map((one) => returned(one, order)))),
    order.refunds.length > 0 && part("Money back", el("ul", {}, order.refunds.map((one) => el("li", {}, `${CAUSES_FOR_STORE[one.cause]}: ${money(one.total)}, ${REFUNDS_FOR_STORE[one.state]}`)))),
    order.state !== "cancelled" && order.state !== "pending" && [part("Goodwill", giveBack(order)), papers(path, 1 + order.refunds.length)]);
}

async function again() {
  draw(await get(path));
}

async function look() {
  const order = document.hidden || inUse() ? null : await get(path).catch(() => null);
  if (order && order.version !== shown.version && !inUse()) draw(order);
  setTimeout(look, LOOK_EVERY_MS);
}

open(async () => {
  if (!store || !query("id")) return show("Order to send", empty("This address says no order.", link("/shop/selling", "All of yours")));
  carriers = (await get(`/v1/stores/${store}/carriers`).catch(() => ({ carriers }))).carriers;
  await again();
  setTimeout(look, LOOK_EVERY_MS);
});
