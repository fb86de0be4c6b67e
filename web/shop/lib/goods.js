// A store's part of an order, as its buyer and the store both see it: how far it is, and what it comes to.
import { el, money, named } from "/shop/lib/page.js";
import { STATES } from "/shop/lib/words.js";

const STEPS = ["confirmed", "processing", "shipped", "delivered", "completed"];

export const unsent = (line) => line.quantity - line.sent - line.cancelled;

export function steps(state) {
  const at = STEPS.indexOf(state);
  return at >= 0 && el("ol", { class: "steps" }, STEPS.map((one, place) => el("li", { class: place <= at && "done", "aria-current": place === at && "step" }, STATES[one])));
}

const row = (about, sum) => el("tr", {}, el("td", {}, about), el("td", {}, money(sum)));

function line(one) {
  const told = [one.sent && `${one.sent} sent`, one.delivered && `${one.delivered} delivered`, one.cancelled && `${one.cancelled} cancelled`, one.returned && `${one.returned} returned`];
  return row([`${one.quantity} × ${named(one)}`, el("small", {}, told.filter(Boolean).join(", "))], one.total);
}

export function goods(some) {
  return el("table", {}, el("tbody", {}, some.lines.map(line), some.shipping && row([`Sending: ${some.shipping.name}`], some.shipping.total),
    el("tr", {}, el("th", { scope: "row" }, "Together"), el("th", {}, money(some.total)))));
}

export function inside(some, lines) {
  const title = (line_id) => named(some.lines.find((line_) => line_.line_id === line_id) || {});
  return Object.entries(lines).map(([line_id, many]) => `${many} × ${title(line_id)}`).join(", ");
}
