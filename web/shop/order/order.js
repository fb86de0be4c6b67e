// One order, as its buyer follows it: pay, wait, track, say that it came, change a mind, send something back.
import { ask, get, isPerson } from "/shop/lib/ask.js";
import { addressFields, addressFrom, inOneLine } from "/shop/lib/address.js";
import { goods, inside, steps, unsent } from "/shop/lib/goods.js";
import { papers } from "/shop/lib/papers.js";
import { button, counts, el, empty, field, form, inUse, link, moment, money, open, part, query, show, unfold } from "/shop/lib/page.js";
import { CARRIERS, CAUSES, PARCELS, REASONS, REFUNDS, RETURNS, STATES, WHY, happened } from "/shop/lib/words.js";

const id = query("id"), path = `/v1/orders/${id}`;
const WAIT_S = 15, AFTER_MS = 1500;
let shown = null;

const act = (method, where, body) => ask(method, `${path}${where}`, body).then(again);
const numberFields = () => [
  field("Number to track it by (optional)", { name: "tracking_number", maxlength: 60 }),
];

// To pay

function pay(order) {
  if (order.state !== "pending") return null;
  const { pay_url: where, pay_by: until, card } = order.payment;
  const back = `/shop/order?id=${id}`;
  const to = where && where.replace(/(#|$)/, `?back=${encodeURIComponent(back)}$1`);
  if (to && query("pay") === "now") {
    history.replaceState(null, "", back); // whoever comes back from there is not sent there again
    location.assign(to);
  }
  return part("To pay",
    el("p", {}, `${money(card)} until `, moment(until), "."),
    to ? link(to, `Pay ${money(card)}`, { class: "button" }) : el("p", { role: "status" }, "It is being put aside for you. In a moment you can pay."),
    " ", order.cancel_asked_at ? el("span", { class: "dim" }, "It is being cancelled.") : button("Cancel the order", () => act("POST", "/cancel"), { class: "plain" }));
}

// One store's part

function parcel(one, some) {
  const number = one.tracking_number && (one.tracking_url ? link(one.tracking_url, one.tracking_number, { rel: "noreferrer noopener", target: "_blank" }) : one.tracking_number);
  return el("li", {}, el("b", {}, PARCELS[one.state]), `: ${inside(some, one.lines)}`, number && [" · ", CARRIERS[one.carrier] || "number", " ", number], one.moved_at && [" · ", moment(one.moved_at)]);
}

function waits(some) {
  const { timers, state } = some;
  if (timers.ship_by && ["confirmed", "processing"].includes(state)) return ["What is not sent by ", moment(timers.ship_by), " is cancelled, and your money goes back."];
  if (state === "shipped" && timers.receive_by) return ["Without a word from you it counts as delivered on ", moment(timers.receive_by), "."];
  if (state === "delivered" && timers.settle_by) return ["Is something wrong with it? Say so until ", moment(timers.settle_by), ": then the store gets its money."];
  return null;
}

function changes(some, returnable) {
  const base = `/seller-orders/${some.seller_order_id}`;
  const cancelling = counts(some.lines, unsent), returning = counts(some.lines, returnable);
  return [
    some.state === "shipped" && button("I have received it", () => act("POST", `${base}/received`)),
    some.state === "confirmed" && cancelling.rows.length > 0 && unfold("Cancel something", form("Cancel these", (said) => act("POST", `${base}/cancel`, { lines: cancelling.chosen(said) }), cancelling.rows)),
    returning.rows.length > 0 && unfold("Send something back", form("Ask the store", (said) => act("POST", `${base}/returns`, { lines: returning.chosen(said), why: said.why, wanted: said.wanted }),
      returning.rows, field("Why?", { name: "why" }, ...WHY), field("What do you want for it?", { name: "wanted" }, ["refund", "My money back"], ["exchange", "Another one"]))),
  ];
}

function returned(one, some) {
  const base = `/returns/${one.return_id}`;
  return el("li", {}, el("b", {}, RETURNS[one.state]), `: ${inside(some, one.lines)}`, el("span", { class: "dim" }, ` · the way back is paid by ${one.way_paid_by === "buyer" ? "you" : "the store"}`),
    one.state === "approved" && unfold("It is on its way", form("I have sent it back", (said) => act("POST", `${base}/sent`, { tracking_number: said.tracking_number }), numberFields())),
    ["requested", "approved"].includes(one.state) && button("I keep it", () => act("POST", `${base}/withdraw`), { class: "plain" }));
}

function back(one) {
  return el("li", {}, `${CAUSES[one.cause]}: ${money(one.total)}, ${REFUNDS[one.state]}`);
}

function store(some, order) {
  const mine = (list) => list.filter((one) => one.seller_order_id === some.seller_order_id);
  const [parcels, returns, refunds] = [order.parcels, order.returns, order.refunds].map(mine);
  const underway = (line_id) => returns.filter((one) => !["rejected", "withdrawn", "closed", "refunded", "exchanged"].includes(one.state)).reduce((sum, one) => sum + (one.lines[line_id] || 0), 0);
  const returnable = (one) => (["shipped", "delivered", "completed"].includes(some.state) ? one.delivered - one.returned - underway(one.line_id) : 0);
  return el("section", { class: "box" },
    el("h2", {}, some.sold_by.name || "A store", some.number && el("span", { class: "dim" }, ` · order ${some.number}`)),
    el("p", {}, el("span", { class: `state ${some.state}` }, STATES[some.state]), some.reason && `. ${REASONS[some.reason]}`),
    steps(some.state), el("p", { class: "dim" }, waits(some)), goods(some),
    parcels.length > 0 && [el("h3", {}, "Parcels"), el("ul", {}, parcels.map((one) => parcel(one, some)))],
    returns.length > 0 && [el("h3", {}, "Returns"), el("ul", {}, returns.map((one) => returned(one, some)))],
    refunds.length > 0 && [el("h3", {}, "Money back"), el("ul", {}, refunds.map(back))],
    changes(some, returnable));
}

// The whole

function address(order) {
  if (!order.address) return null;
  const open_ = order.seller_orders.some((some) => ["confirmed", "processing"].includes(some.state)) && !order.parcels.length;
  const change = (said) => act("PUT", "/address", { ...addressFrom(said) });
  return part("Goes to", el("address", {}, inOneLine(order.address)),
    open_ && unfold("Change it", form("Send it there", change, el("p", { class: "dim" }, "To another door of the same place: postcode, region and country stay, as sending and tax were reckoned for them."), addressFields(order.address))));
}

async function happenings() {
  const { items } = await get(`${path}/history`);
  return el("ul", {}, items.map((one) => el("li", {}, moment(one.at), ` ${happened(one.what)}`)));
}

function history_() {
  const inside = el("div");
  const made = el("details", { toggle: async () => { if (made.open) inside.replaceChildren(await happenings()); } }, el("summary", {}, "All that happened"), inside);
  return part("History", made);
}

function draw(order) {
  shown = order;
  const paid = !["pending", "cancelled"].includes(order.state);
  show(`Order of ${money(order.totals.total)}`,
    el("p", {}, el("span", { class: `state ${order.state}` }, STATES[order.state]), order.reason && `. ${REASONS[order.reason]}`),
    order.state === "cancelled" && link("/shop/basket", "Go to the basket"),
    pay(order), order.seller_orders.map((some) => store(some, order)), address(order), paid && papers(path, order.seller_orders.length + order.refunds.length),
    history_(), !isPerson() && el("p", { class: "dim" }, "You ordered without an account. Keep this browser, or ", link(`/shop/sign-in?back=${encodeURIComponent(`/shop/order?id=${id}`)}`, "sign in"), " to take the order along."));
}

async function again() {
  draw(await get(path));
}

// The answer comes as soon as there is news. Under the hands of somebody who fills something in, nothing changes, and
// while nobody looks, nothing is asked: whoever waits for an answer keeps a function busy.
async function follow() {
  for (;;) {
    const order = document.hidden ? null : await get(path, { wait_s: WAIT_S, version: shown.version }).catch(() => null);
    const news = order && order.version !== shown.version;
    if (news && !inUse()) draw(order);
    else if (news || !order) await new Promise((done) => setTimeout(done, AFTER_MS));
  }
}

open(async () => {
  if (!id) return show("Order", empty("This address says no order.", link("/shop/orders", "All of yours")));
  await again();
  follow();
});
