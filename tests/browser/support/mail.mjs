/** The newest mail to this address, out of the mailbox that the server keeps in dev mode: `{ number, code, link, … }`. */
export async function latestMail(server, to, after = 0) {
  const asked = new URLSearchParams({ to, after: `${after}`, wait: "10" });
  const response = await fetch(`${server.url}/_dev/mailbox/latest?${asked}`);
  if (!response.ok) throw new Error(`No mail to ${to}: ${response.status}`);
  return response.json();
}
