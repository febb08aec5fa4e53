/**
 * Turns the configured address into the prefix of every request.
 * `https://api.shop.com` is another host, `/` is the host that serves the page.
 */
export function baseOf(baseUrl: string): string {
  const text = `${baseUrl}`;
  if (!/^(https?:\/\/[^/]|\/(?!\/))/i.test(text) || /\bundefined\b/.test(text)) {
    throw new Error(
      process.env.NODE_ENV === "production"
        ? "DS-21"
        : `DS-21 baseUrl is ${JSON.stringify(baseUrl) ?? "undefined"}. Give the address of your Doorstep server, ` +
            'or "/" when it serves this page. Vite only exposes variables that start with VITE_, and needs a restart to see a new one.',
    );
  }
  return text.replace(/\/+$/, "");
}
