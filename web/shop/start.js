// One frame for all pages. Which page it is, its address says: `/shop/basket` is drawn by `basket/basket.js`.
import { empty, link, show } from "/shop/lib/page.js";

const path = location.pathname.replace(/^\/shop|\/$/g, "");

import(path ? `/shop${path}/${path.split("/").pop()}.js` : "/shop/find.js").catch((problem) => {
  console.warn(problem);
  show("There is no such page here", empty("Perhaps the address is misspelt.", link("/shop", "Find things")));
});
