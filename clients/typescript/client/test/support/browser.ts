/** A fetch with what a browser adds: the page's origin and a jar that keeps one site's cookies. */
export function browserFetch(origin: string, inner: typeof fetch = fetch) {
  const jar = new Map<string, string>();
  const fetcher: typeof fetch = async (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set("Origin", origin);
    if (jar.size) headers.set("Cookie", [...jar].map((pair) => pair.join("=")).join("; "));
    const response = await inner(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/;\s*max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  return { fetch: fetcher, cookie: () => [...jar].map((pair) => pair.join("=")).join("; ") };
}
