// The page of an extension. The server's address and the kind of session stand behind its #.
import { createDoorstepClient } from "@doorstep/client";

const options = new URLSearchParams(location.hash.slice(1));
const client = createDoorstepClient(Object.fromEntries(options));
const form = document.getElementById("form");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const signedUp = await client.signUp(Object.fromEntries(new FormData(form)));
  const profile = await client.profile.get();
  const told = ({ ok, error }) => (ok ? "ok" : (error.hint ?? error.code));
  document.getElementById("said").textContent = `${told(signedUp)}, ${told(profile)}`;
});
