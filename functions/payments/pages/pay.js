// Mounts Stripe's Payment Element for the intent whose secret is in the address, and says what became of it.
const page = document.querySelector("main");
const part = (id) => document.getElementById(id);

// Stripe comes back with the secret in the query. It belongs behind the #, where no server and no log ever sees it.
const query = new URLSearchParams(location.search);
const returned = query.get("payment_intent_client_secret") || query.get("setup_intent_client_secret");
const secret = returned || decodeURIComponent(location.hash.slice(1));
const wanted = query.get("back") || "";
const back = /^\/(?![/\\])/.test(wanted) ? wanted : ""; // a path of ours, and no other site's address
const here = location.pathname + (back ? `?back=${encodeURIComponent(back)}` : "");
if (returned) history.replaceState(null, "", `${here}#${secret}`);

const saving = secret.startsWith("seti_");
const LATER_MS = 2000;
const TOLD = {
  succeeded: saving ? "Saved. You can pay with it from now on." : "Paid. Thank you.",
  processing: "This takes a moment: your bank has not confirmed it yet. You may close this page.",
  requires_capture: "Confirmed. Thank you.",
  canceled: "This payment was cancelled. Nothing was taken.",
};
const NOT_YOU = "Your bank did not confirm that it was you. Try again, or pay another way.";
const IN_OUR_WORDS = { // where Stripe's are for whoever wrote this page
  payment_intent_authentication_failure: NOT_YOU,
  setup_intent_authentication_failure: NOT_YOU,
};
const ODD_DIGITS = { isk: 2, ugx: 2, mga: 0 }; // where Stripe's smallest unit is not the currency's own

function money(amount, currency) {
  const format = { style: "currency", currency };
  const digits = ODD_DIGITS[currency] ?? new Intl.NumberFormat("en", format).resolvedOptions().maximumFractionDigits;
  return new Intl.NumberFormat(navigator.languages, format).format(amount / 10 ** digits);
}

function tell(text, became = "") {
  part("told").textContent = text;
  page.dataset.became = became;
}

function fail(text) {
  part("form").hidden = true;
  tell("");
  part("wrong").textContent = "";
  tell(text, "failed");
}

async function look(stripe) {
  const answer = await (saving ? stripe.retrieveSetupIntent(secret) : stripe.retrievePaymentIntent(secret));
  if (answer.error) throw new Error(answer.error.message || "Stripe does not know this payment.");
  return answer.setupIntent || answer.paymentIntent;
}

function refusalOf(intent) {
  const error = saving ? intent.last_setup_error : intent.last_payment_error;
  return error ? IN_OUR_WORDS[error.code] || error.message || "It was declined. Try another way to pay." : "";
}

// What Stripe says now. True while the form is still of use.
function show(intent) {
  const waits = intent.next_action && !/redirect_to_url|use_stripe_sdk/.test(intent.next_action.type);
  const open = /^requires_(payment_method|confirmation|action)$/.test(intent.status) && !waits;
  part("form").hidden = !open;
  if (open) tell("");
  else tell(waits ? "Waiting for your payment. You may close this page." : TOLD[intent.status] || intent.status, intent.status);
  part("wrong").textContent = open ? refusalOf(intent) : "";
  return open;
}

async function follow(stripe) {
  const intent = await look(stripe);
  if (!show(intent) && (intent.status === "processing" || intent.next_action)) setTimeout(() => follow(stripe), LATER_MS);
  return intent;
}

async function start() {
  if (back) Object.assign(part("back"), { href: back, hidden: false });
  if (!secret.includes("_secret_")) return fail("This address has no payment in it. Open the link that you were given again.");
  if (typeof Stripe !== "function") return fail("Stripe’s form could not be loaded. Check your connection, then load this page anew.");
  const stripe = Stripe(page.dataset.key);
  let intent = await look(stripe);
  document.title = saving ? "Save a way to pay" : "Pay";
  part("what").textContent = saving ? "Save a way to pay" : "To pay";
  if (!saving) Object.assign(part("amount"), { textContent: money(intent.amount, intent.currency), hidden: false });
  part("pay").textContent = saving ? "Save" : `Pay ${money(intent.amount, intent.currency)}`;
  intent = await follow(stripe);
  if (part("form").hidden) return undefined;

  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const elements = stripe.elements({ clientSecret: secret, appearance: { theme: dark ? "night" : "stripe" } });
  elements.create("payment").mount("#element");
  part("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    part("pay").disabled = true;
    part("wrong").textContent = "";
    const confirm = saving ? stripe.confirmSetup : stripe.confirmPayment;
    const confirmParams = { return_url: location.origin + here };
    const { error } = await confirm({ elements, confirmParams, redirect: "if_required" });
    if (error) part("wrong").textContent = error.message || "That did not work. Try again.";
    else await follow(stripe);
    part("pay").disabled = false;
  });
  return undefined;
}

start().catch((error) => fail(error.message));
