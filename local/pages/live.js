// Fetches the page again and swaps what changed, so that an open page follows what happens. Works as well without.
const main = document.querySelector("main");
let shown = main.innerHTML;
setInterval(async () => {
  if (document.hidden || main.contains(document.activeElement) || main.querySelector("details[open]")) return;
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.querySelector("main").innerHTML;
    if (fresh !== shown) main.innerHTML = shown = fresh;
  } catch { /* Metco is restarting; the next look will tell */ }
}, 1500);
