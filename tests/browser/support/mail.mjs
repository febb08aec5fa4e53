/** The newest mail to this address, or the newest of a kind, out of the mailbox that the server keeps in dev mode: `{ number, code, link, … }`. */
export async function latestMail(server, to, after = 0, kind = undefined) {
  const asked = new URLSearchParams({ to, after: `${after}`, wait: "10", ...(kind && { kind }) });
  const response = await fetch(`${server.url}/_dev/mailbox/latest?${asked}`);
  if (!response.ok) throw new Error(`No mail to ${to}: ${response.status}`);
  return response.json();
}
