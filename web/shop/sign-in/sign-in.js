// Signing in, and opening an account by a code that comes by mail.
import { beginAccount, openAccount, signIn } from "/shop/lib/ask.js";
import { el, field, form, open, part, query, show } from "/shop/lib/page.js";

const back = () => (/^\/shop(?![^/?])/.test(query("back")) ? query("back") : "/shop"); // never to another site
const go = () => location.assign(back());
const EMAIL = { type: "email", name: "email", required: true, autocomplete: "email" };

async function enter({ email, password, factor }) {
  try {
    await signIn(email, password, factor);
  } catch (problem) {
    if (problem.code === "second_factor_needed") document.querySelector("[name=factor]").closest("p").hidden = false;
    throw problem;
  }
  go();
}

function entered() {
  const factor = field("Code of your second factor", { name: "factor", autocomplete: "one-time-code", inputmode: "numeric" });
  factor.hidden = true;
  return form("Sign in", enter, field("E-mail", EMAIL), field("Password", { type: "password", name: "password", required: true, autocomplete: "current-password" }), factor);
}

async function begin({ email }) {
  const { id: signUp } = await beginAccount(email);
  show("Open an account", el("p", {}, `A code is on its way to ${email}.`),
    form("Open the account", (said) => openAccount(signUp, email, said.code, said.password, said.name).then(go),
      field("Code from the mail", { name: "code", required: true, inputmode: "numeric", autocomplete: "one-time-code" }),
      field("Your name", { name: "name", required: true, autocomplete: "name" }),
      field("Password", { type: "password", name: "password", required: true, minlength: 10, autocomplete: "new-password", hint: "Ten characters of any kind, or more." })));
}

open(async () => {
  show("Sign in", entered(), part("No account yet?", form("Send me a code", begin, field("Your e-mail", EMAIL))));
});
