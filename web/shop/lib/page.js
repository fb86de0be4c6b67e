// What all pages are built of: elements, the frame around them, sums and dates, and how something is told.
import { isPerson, session, signOut } from "/shop/lib/ask.js";

const main = document.getElementById("main");
const languages = [...navigator.languages];

// Elements. Whatever is not a node is a text: nothing that anybody wrote becomes markup.
export function el(name, about = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(about)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...inside.flat(3).filter((one) => one != null && one !== false && one !== ""));
  return made;
}

export const part = (title, ...inside) => el("section", {}, el("h2", {}, title), ...inside);
export const empty = (text, ...next) => el("div", { class: "empty" }, el("p", {}, text), ...next);
export const link = (href, text, about = {}) => el("a", { href, ...about }, text);
export const query = (name) => new URLSearchParams(location.search).get(name) || "";
export const here = () => location.pathname + location.search;
export const pieces = (number) => (number === 1 ? "1 piece" : `${number} pieces`);

export function money(amount) {
  if (!amount) return "";
  const format = new Intl.NumberFormat(languages, { style: "currency", currency: amount.currency });
  return format.format(amount.minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export const day = (at) => new Date(at).toLocaleDateString(languages, { day: "numeric", month: "long", year: "numeric" });
export const moment = (at) => {
  const shown = new Date(at).toLocaleString(languages, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return el("time", { datetime: at }, shown);
};

export function picture(image, width = 320, alt = "") {
  if (!image) return el("span", { class: "picture none", "aria-hidden": "true" });
  const shown = el("img", { class: "picture", src: `/media/${image}/${width}.webp`, alt, loading: "lazy", width: 320, height: 320 });
  shown.addEventListener("error", () => shown.replaceWith(picture(null))); // it is still being rendered
  return shown;
}

// Forms

let fields = 0;

export function field(label, about = {}, ...options) {
  const id = `field-${(fields += 1)}`, { hint, ...rest } = about;
  const control = options.length
    ? el("select", { id, ...rest }, options.map(([value, text]) => el("option", { value, selected: value === rest.value }, text)))
    : el("input", { id, type: "text", ...rest, "aria-describedby": hint && `${id}-hint` });
  const labelled = el("label", { for: id }, label);
  if (rest.type === "checkbox") return el("p", { class: "field check" }, control, labelled);
  return el("p", { class: "field" }, labelled, control, hint && el("small", { id: `${id}-hint` }, hint));
}

// How many of each line: what is not chosen is not sent.
export function counts(lines, most) {
  const rows = lines.filter((line) => most(line) > 0).map((line) => {
    const about = { type: "number", name: `line:${line.line_id}`, min: 0, max: most(line), value: most(line), required: true };
    return field(`${named(line)}: how many of ${most(line)}`, about);
  });
  return { rows, chosen: (said) => Object.fromEntries(Object.entries(said)
    .filter(([name, value]) => name.startsWith("line:") && Number(value) > 0)
    .map(([name, value]) => [name.slice(5), Number(value)])) };
}

export const named = (line) => [line.title || "Something", ...Object.values(line.options || {})].join(", ");

// `act` gets what was entered. While it is at work nothing can be pressed twice; what it refuses is said at the button.
export function form(label, act, ...inside) {
  const wrong = el("p", { class: "wrong", role: "alert" });
  const button = el("button", {}, label);
  const made = el("form", { submit: (event) => {
    event.preventDefault();
    return busy(button, wrong, () => act(Object.fromEntries(new FormData(made)), event));
  } }, ...inside, el("p", { class: "acts" }, button), wrong);
  return made;
}

export function button(label, act, about = {}) {
  const wrong = el("span", { class: "wrong", role: "alert" });
  const made = el("button", { type: "button", ...about, click: () => busy(made, wrong, act) }, label);
  return el("span", { class: "act" }, made, wrong);
}

export const unfold = (label, ...inside) => el("details", { class: "unfold" }, el("summary", {}, label), ...inside);

async function busy(pressed, wrong, act) {
  pressed.disabled = true;
  wrong.replaceChildren();
  try {
    await act();
  } catch (problem) {
    wrong.replaceChildren(problem.message);
  } finally {
    pressed.disabled = false;
  }
}

// The frame

function frame() {
  const places = [["/shop", "Find"], ["/shop/basket", "Basket"], ["/shop/orders", "Orders"], ["/shop/selling", "Selling"]];
  const now = location.pathname.replace(/\/$/, "");
  const who = isPerson()
    ? [el("span", { class: "dim who" }, session().email), button("Sign out", async () => { await signOut(); location.assign("/shop"); }, { class: "plain" })]
    : [link(`/shop/sign-in?back=${encodeURIComponent(here())}`, "Sign in")];
  document.querySelector("header").replaceChildren(
    link("/shop", "Metco", { class: "brand" }),
    el("nav", { "aria-label": "Shop" }, places.map(([path, name]) => link(path, name, { "aria-current": now === path && "page" }))),
    ...who,
  );
}

export function show(title, ...inside) {
  document.title = `${title} · Metco`;
  main.replaceChildren(el("h1", {}, title), ...inside.flat(3).filter(Boolean));
}

// Somebody is filling something in: what they entered is not taken from under their hands.
export const inUse = () => Boolean(main.querySelector("form:focus-within, details.unfold[open] form"));

export async function tell(text) {
  let told = document.getElementById("told");
  if (!told) document.body.append((told = el("p", { id: "told", role: "status" })));
  told.replaceChildren(text);
  setTimeout(() => told.replaceChildren(), 6000);
}

export async function open(render) {
  frame();
  try {
    await render();
  } catch (problem) {
    if (problem.status === 401 || (problem.status === 403 && !isPerson())) return needsAccount();
    show("That did not work", el("p", { role: "alert" }, problem.message), button("Try again", () => open(render)));
  }
  return undefined;
}

export function needsAccount() {
  const signIn = link(`/shop/sign-in?back=${encodeURIComponent(here())}`, "Sign in", { class: "button" });
  show("Sign in first", empty("This page is for those who are signed in.", signIn));
}
