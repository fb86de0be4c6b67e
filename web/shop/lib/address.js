// A postal address: the fields that it is entered in, and what is made of them.
import { field } from "/shop/lib/page.js";

const COUNTRY = { required: true, pattern: "[A-Za-z]{2}", maxlength: 2, size: 4, autocomplete: "country", hint: "Two letters: DE, UA, IN, US …" };
const PHONE = { type: "tel", autocomplete: "tel", pattern: "\\+[0-9]{7,15}", hint: "With the country’s number: +49…" };
const FIELDS = [
  ["name", "Name", { required: true, autocomplete: "name" }],
  ["line1", "Street and number", { required: true, autocomplete: "address-line1" }],
  ["line2", "Flat, floor (optional)", { autocomplete: "address-line2" }],
  ["postcode", "Postcode", { autocomplete: "postal-code" }],
  ["city", "City", { required: true, autocomplete: "address-level2" }],
  ["region", "Region or state (optional)", { autocomplete: "address-level1" }],
  ["country", "Country", COUNTRY],
  ["phone", "Phone (optional)", PHONE],
];

export const addressFields = (known = {}) => FIELDS.map(([name, label, about]) => field(label, { name, value: known[name] || "", ...about }));

export function addressFrom(said) {
  const given = Object.fromEntries(FIELDS.map(([name]) => [name, (said[name] || "").trim()]).filter(([, value]) => value));
  return { ...given, country: (given.country || "").toUpperCase() };
}

export const inOneLine = (one) => [one.name, one.company, one.line1, one.line2, `${one.postcode || ""} ${one.city}`.trim(), one.region, one.country].filter(Boolean).join(", ");
