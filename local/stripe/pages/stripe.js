// Stripe.js for a laptop: the Payment Element and the few calls that a pay page makes, against the stand-in next to it.
// In the cloud the page loads Stripe's own script instead; what is here has the same names and answers.
(() => {
  const BASE = new URL(".", document.currentScript.src).href.replace(/\/$/, "");
  const NEVER = new Promise(() => {}); // the browser is leaving this page

  const METHODS = {
    card: { name: "Card" },
    upi: { name: "UPI", text: "You approve the payment in your UPI app." },
    paypal: { name: "PayPal", text: "You agree to the payment on PayPal’s page." },
    customer_balance: { name: "Bank transfer", text: "You get an account number and a reference. Your order waits for the money." },
    crypto: { name: "Stablecoin", text: "You pay with your wallet on a page of its own." },
  };
  const TEST_CARDS = [
    ["4242 4242 4242 4242", "pays at once"],
    ["4000 0025 0000 3155", "asks for 3-D Secure"],
    ["4000 0084 0000 1629", "3-D Secure, then declined"],
    ["4000 0000 0000 0002", "is declined"],
    ["4000 0000 0000 9995", "has no money"],
    ["4000 0000 0000 0069", "is expired"],
    ["4000 0000 0000 0259", "is disputed later"],
    ["5555 5555 5555 4444", "Mastercard"],
    ["4000 0035 6000 0008", "India"],
  ];
  const BRANDS = [
    [/^4/, "Visa"], [/^(5[1-5]|2[2-7])/, "Mastercard"], [/^3[47]/, "American Express"], [/^(6011|65|64[4-9])/, "Discover"],
    [/^35/, "JCB"], [/^3[068]/, "Diners Club"], [/^62/, "UnionPay"],
  ];

  const STYLE = `
    :host { display: block; font: inherit; color: inherit;
      --pay-accent: light-dark(#5b3fd6, #b3a2ff); --pay-line: light-dark(#8b8896, #7b7887);
      --pay-field: light-dark(#fff, #1b1a21); --pay-dim: light-dark(#5d5a68, #aba8b7); --pay-bad: light-dark(#b3261e, #ff9a91); }
    * { box-sizing: border-box; }
    fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
    legend, .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .method { border: 1px solid var(--pay-line); border-bottom: 0; background: var(--pay-field); }
    .method:first-of-type { border-radius: .6rem .6rem 0 0; }
    .method:last-of-type { border-bottom: 1px solid var(--pay-line); border-radius: 0 0 .6rem .6rem; }
    .method:first-of-type:last-of-type { border-radius: .6rem; }
    .method > label { display: flex; gap: .7rem; align-items: center; padding: .85rem 1rem; cursor: pointer; font-weight: 600; }
    .method > div { padding: 0 1rem 1rem; }
    .method > div p { margin: 0; color: var(--pay-dim); }
    input[type=radio] { accent-color: var(--pay-accent); width: 1.1rem; height: 1.1rem; margin: 0; }
    .grid { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; }
    .wide { grid-column: 1 / -1; }
    .field label { display: block; font-size: .9rem; margin-bottom: .25rem; }
    .field input, select { width: 100%; font: inherit; color: inherit; background: var(--pay-field); border: 1px solid var(--pay-line);
      border-radius: .4rem; padding: .6rem .7rem; min-height: 2.75rem; }
    .field { position: relative; }
    .brand { position: absolute; right: .7rem; bottom: .75rem; color: var(--pay-dim); font-size: .85rem; pointer-events: none; }
    [aria-invalid=true] { border-color: var(--pay-bad); }
    .wrong { color: var(--pay-bad); font-size: .9rem; margin: .25rem 0 0; }
    .wrong:empty { display: none; }
    .hint { font-size: .9rem; color: var(--pay-dim); }
    :focus-visible { outline: 2px solid var(--pay-accent); outline-offset: 2px; }
    @media (max-width: 24rem) { .grid { grid-template-columns: 1fr; } }`;

  // ---------------------------------------------------------------------------------------------------------- asking

  function form(values, prefix = "", into = new URLSearchParams()) {
    for (const [name, value] of Object.entries(values)) {
      const key = prefix ? `${prefix}[${name}]` : name;
      if (value === undefined || value === null) continue;
      if (typeof value === "object") form(value, key, into);
      else into.append(key, String(value));
    }
    return into;
  }

  async function ask(method, path, values) {
    const body = form(values);
    let response;
    try {
      response = method === "GET"
        ? await fetch(`${BASE}${path}?${body}`)
        : await fetch(`${BASE}${path}`, { method, body });
    } catch {
      return { error: { type: "api_connection_error", message: "Stripe cannot be reached. Check your connection and try again." } };
    }
    return response.json();
  }

  const idOf = (clientSecret) => String(clientSecret).split("_secret_")[0];
  const kindOf = (clientSecret) => (String(clientSecret).startsWith("seti_") ? "setup" : "payment");
  const pathOf = (clientSecret) => `/v1/${kindOf(clientSecret)}_intents/${idOf(clientSecret)}`;

  function answered(clientSecret, intent) {
    return intent.error ? { error: intent.error } : { [`${kindOf(clientSecret)}Intent`]: intent };
  }

  // ------------------------------------------------------------------------------------------------------ the element

  function node(tag, attributes = {}, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...inside);
    return made;
  }

  function luhn(digits) {
    const sum = [...digits].reverse().reduce((total, digit, index) => {
      const doubled = index % 2 ? digit * 2 : Number(digit);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    return sum % 10 === 0;
  }

  const CHECKS = {
    number(value) {
      const digits = value.replace(/\D/g, "");
      if (digits.length < 14) return "Your card number is incomplete.";
      return luhn(digits) ? "" : "Your card number is invalid.";
    },
    expiry(value) {
      const [month, year] = monthAndYear(value);
      if (!month || !year) return "Your card’s expiration date is incomplete.";
      if (month > 12) return "Your card’s expiration date is invalid.";
      const now = new Date();
      const past = year * 12 + month < now.getFullYear() * 12 + now.getMonth() + 1;
      return past ? "Your card’s expiration date is in the past." : "";
    },
    cvc: (value) => (/^\d{3,4}$/.test(value.trim()) ? "" : "Your card’s security code is incomplete."),
  };

  function monthAndYear(value) {
    const [, month, year] = value.match(/^\s*(\d{1,2})\s*\/?\s*(\d{2}|\d{4})\s*$/) || [];
    return [Number(month), year && (year.length === 2 ? 2000 + Number(year) : Number(year))];
  }

  class CardForm {
    constructor(changed) {
      this.wrong = {};
      this.inputs = {};
      const field = (name, label, attributes, wide) => {
        const wrong = node("p", { class: "wrong", id: `${name}-wrong`, role: "alert" });
        const input = node("input", { id: name, name, autocomplete: "off", inputmode: "numeric", "aria-describedby": wrong.id, ...attributes });
        input.addEventListener("blur", () => input.value && this.check(name));
        input.addEventListener("input", () => { this.tell(name, ""); changed(); });
        this.inputs[name] = input;
        this.wrong[name] = wrong;
        return node("div", { class: `field ${wide ? "wide" : ""}` }, node("label", { for: name }, label), input, wrong);
      };
      const number = field("number", "Card number", { placeholder: "1234 1234 1234 1234", maxlength: 23, autocomplete: "cc-number" }, true);
      this.brand = node("span", { class: "brand", "aria-hidden": "true" });
      this.inputs.number.addEventListener("input", () => this.grouped());
      this.inputs.number.after(this.brand);
      const filled = node("select", { id: "sample", "aria-label": "Fill in a test card", onchange: () => this.fill(filled.value) },
        node("option", { value: "" }, "Fill in a test card …"),
        ...TEST_CARDS.map(([digits, what]) => node("option", { value: digits }, `${digits}, ${what}`)));
      this.root = node("div", { class: "grid" },
        number,
        field("expiry", "Expires (MM / YY)", { placeholder: "MM / YY", maxlength: 9, autocomplete: "cc-exp" }),
        field("cvc", "Security code", { placeholder: "CVC", maxlength: 4, autocomplete: "cc-csc" }),
        node("div", { class: "wide" }, filled));
    }

    grouped() {
      const digits = this.inputs.number.value.replace(/\D/g, "").slice(0, 19);
      this.inputs.number.value = digits.replace(/(.{4})(?=.)/g, "$1 ");
      this.brand.textContent = (BRANDS.find(([starts]) => starts.test(digits)) || [])[1] || "";
    }

    fill(digits) {
      if (!digits) return;
      const values = { number: digits, expiry: `12 / ${(new Date().getFullYear() + 3) % 100}`, cvc: "123" };
      for (const [name, value] of Object.entries(values)) {
        this.inputs[name].value = value;
        this.inputs[name].dispatchEvent(new Event("input"));
      }
    }

    tell(name, wrong) {
      this.wrong[name].textContent = wrong;
      this.inputs[name].setAttribute("aria-invalid", String(Boolean(wrong)));
      return wrong;
    }

    check(name) { return this.tell(name, CHECKS[name](this.inputs[name].value)); }
    complete() { return Object.keys(CHECKS).every((name) => !CHECKS[name](this.inputs[name].value)); }

    /** The first thing wrong, its field focused; or nothing. */
    refused() {
      const wrong = Object.keys(CHECKS).map((name) => [name, this.check(name)]).find(([, text]) => text);
      if (wrong) this.inputs[wrong[0]].focus();
      return wrong && { type: "validation_error", code: `incomplete_${wrong[0]}`, message: wrong[1] };
    }

    values() {
      const [exp_month, exp_year] = monthAndYear(this.inputs.expiry.value);
      return { number: this.inputs.number.value.replace(/\D/g, ""), exp_month, exp_year, cvc: this.inputs.cvc.value.trim() };
    }
  }

  class PaymentElement {
    constructor(elements) {
      this.elements = elements;
      this.listeners = {};
      this.card = new CardForm(() => this.tell("change"));
      this.chosen = "";
    }

    on(name, listener) { (this.listeners[name] ||= []).push(listener); return this; }
    tell(name, extra = {}) {
      const value = { elementType: "payment", complete: this.complete(), empty: !this.chosen, value: { type: this.chosen }, ...extra };
      for (const listener of this.listeners[name] || []) listener(value);
    }
    complete() { return Boolean(this.chosen) && (this.chosen !== "card" || this.card.complete()); }
    focus() { this.root?.querySelector("input")?.focus(); }
    unmount() { this.host?.remove(); }
    destroy() { this.unmount(); }

    mount(where) {
      const place = typeof where === "string" ? document.querySelector(where) : where;
      if (!place) throw new Error(`Nothing matches ${where}: the Payment Element has nowhere to go.`);
      this.host = node("div", { class: "StripeElement" });
      this.root = this.host.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.root.adoptedStyleSheets = [sheet];
      place.replaceChildren(this.host);
      this.draw();
    }

    async draw() {
      const intent = await this.elements.intent();
      if (intent.error) {
        this.root.replaceChildren(node("p", { class: "wrong", role: "alert" }, intent.error.message));
        return this.tell("loaderror", { error: intent.error });
      }
      const types = intent.payment_method_types.filter((type) => METHODS[type]);
      const all = node("fieldset", {}, node("legend", {}, "How to pay"));
      for (const type of types) all.append(this.method(type, types.length === 1));
      this.root.replaceChildren(all);
      this.choose(types[0]);
      return this.tell("ready");
    }

    method(type, alone) {
      const radio = node("input", { type: "radio", name: "method", value: type, id: `method-${type}`, onchange: () => this.choose(type) });
      const details = node("div", { id: `details-${type}`, hidden: true }, type === "card" ? this.card.root : node("p", {}, METHODS[type].text));
      const label = node("label", { for: radio.id, class: alone ? "unseen" : "" }, radio, METHODS[type].name);
      if (alone) details.style.paddingTop = "1rem";
      return node("div", { class: "method" }, label, details);
    }

    choose(type) {
      this.chosen = type;
      for (const radio of this.root.querySelectorAll("input[name=method]")) {
        radio.checked = radio.value === type;
        this.root.getElementById(`details-${radio.value}`).hidden = radio.value !== type;
      }
      this.tell("change");
    }
  }

  /** The bank's page over the shop's own, until it says that it is done or is closed. */
  function framed(url) {
    return new Promise((resolve) => {
      const close = node("button", { type: "button", "aria-label": "Close", onclick: () => dialog.close() }, "×");
      const frame = node("iframe", { src: url, title: "Your bank’s page" });
      const dialog = node("dialog", { "aria-label": "Confirm that it is you" }, close, frame);
      Object.assign(dialog.style, { padding: "0", border: "0", borderRadius: ".9rem", width: "min(36rem, 94vw)", height: "min(34rem, 88vh)" });
      Object.assign(frame.style, { border: "0", width: "100%", height: "100%" });
      Object.assign(close.style, { position: "absolute", right: ".6rem", top: ".6rem", width: "2.5rem", height: "2.5rem", font: "inherit" });
      const heard = (event) => { if (event.source === frame.contentWindow && event.data === "stripe-stand-in:done") dialog.close(); };
      addEventListener("message", heard);
      dialog.addEventListener("close", () => { removeEventListener("message", heard); dialog.remove(); resolve(); });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  // -------------------------------------------------------------------------------------------------------- the calls

  class Elements {
    constructor(key, options) { this.key = key; this.clientSecret = options.clientSecret; }
    create(type) {
      if (type !== "payment") throw new Error(`The stand-in has the Payment Element, not ${type}.`);
      return (this.element = new PaymentElement(this));
    }
    getElement(type) { return type === "payment" ? this.element || null : null; }
    intent() { return ask("GET", pathOf(this.clientSecret), { key: this.key, client_secret: this.clientSecret }); }
    async fetchUpdates() { await this.element?.draw(); return {}; }
    update() {}
    async submit() {
      const { chosen, card } = this.element;
      const error = chosen === "card" ? card.refused() : undefined;
      return error ? { error } : { selectedPaymentMethod: chosen };
    }
  }

  function stripe(key) {
    if (!/^pk_test_/.test(key || "")) throw new Error("The stand-in is only for a publishable test key: pk_test_…");

    async function confirm({ elements, clientSecret, confirmParams = {}, redirect = "always" }) {
      const secret = clientSecret || elements.clientSecret;
      const params = { ...confirmParams };
      if (elements) {
        const { error } = await elements.submit();
        if (error) return { error };
        const { chosen, card } = elements.element;
        const details = chosen === "card" ? { card: card.values() } : {};
        const { payment_method_data: data, ...rest } = params;
        const method = await ask("POST", "/v1/payment_methods", { key, client_secret: secret, type: chosen, ...details, ...data });
        if (method.error) return { error: method.error };
        Object.assign(params, rest, { payment_method: method.id });
        delete params.payment_method_data;
      }
      const intent = await ask("POST", `${pathOf(secret)}/confirm`, { key, client_secret: secret, ...params });
      return follow(secret, intent, params.return_url, redirect);
    }

    async function follow(secret, intent, returnUrl, redirect) {
      const next = intent.next_action;
      if (next?.type === "use_stripe_sdk") {
        await framed(next.use_stripe_sdk.stripe_js);
        const after = await retrieve(secret);
        const refused = Object.values(after)[0].last_payment_error || Object.values(after)[0].last_setup_error;
        return refused ? { error: refused } : after;
      }
      const shown = next && (next.upi_handle_redirect_or_display_qr_code || next.display_bank_transfer_instructions);
      if (next?.redirect_to_url) {
        location.assign(next.redirect_to_url.url);
        return NEVER;
      }
      if (shown) {
        const page = new URL(shown.hosted_instructions_url, location.href);
        if (returnUrl) page.searchParams.set("return_url", returnUrl);
        location.assign(page.href);
        return NEVER;
      }
      if (intent.error || redirect === "if_required" || !returnUrl) return answered(secret, intent);
      const back = new URL(returnUrl);
      back.searchParams.set(`${kindOf(secret)}_intent`, idOf(secret));
      back.searchParams.set(`${kindOf(secret)}_intent_client_secret`, secret);
      back.searchParams.set("redirect_status", intent.status === "processing" ? "pending" : intent.status);
      location.assign(back.href);
      return NEVER;
    }

    async function retrieve(clientSecret) {
      return answered(clientSecret, await ask("GET", pathOf(clientSecret), { key, client_secret: clientSecret }));
    }

    return {
      elements: (options = {}) => new Elements(key, options),
      confirmPayment: confirm,
      confirmSetup: confirm,
      retrievePaymentIntent: retrieve,
      retrieveSetupIntent: retrieve,
      async handleNextAction({ clientSecret }) {
        const intent = await ask("GET", pathOf(clientSecret), { key, client_secret: clientSecret });
        return follow(clientSecret, intent, undefined, "if_required");
      },
    };
  }

  window.Stripe = Object.assign(stripe, { version: 3 });
})();
