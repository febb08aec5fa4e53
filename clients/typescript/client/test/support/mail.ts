export interface Mail {
  number: number;
  kind: string;
  code: string;
  link: string;
}

/** The newest mail to this address, out of the mailbox that a server in dev mode keeps. */
export async function latestMail(server: string, to: string, after = 0): Promise<Mail> {
  const asked = new URLSearchParams({ to, after: `${after}`, wait: "10" });
  const response = await fetch(`${server}/_dev/mailbox/latest?${asked}`);
  if (!response.ok) throw new Error(`No mail to ${to}: ${response.status}`);
  return response.json();
}
