// What the README shows, as one file that `npm run check` holds against the types.
import { Metco, Problem } from "./metco.js";
import type { Profile } from "./metco.js";

export async function rename(url: string, email: string, password: string, name: string): Promise<Profile> {
  const metco = new Metco(url);
  metco.token = (await metco.signIn({ email, password })).access_token;
  const me = await metco.readMe();
  try {
    return await metco.editMe({ name }, { ifMatch: me.version });
  } catch (error) {
    if (error instanceof Problem && error.code === "precondition_failed") return metco.readMe();
    throw error;
  }
}
