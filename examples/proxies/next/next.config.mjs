// The API under the address of the Next.js pages: `next dev`, or `next start` behind nginx or Caddy.
// Copy `rewrites` and the two options into your own next.config; the rest of yours stays as it is.

// Read when Next starts (and by `next build`). 127.0.0.1 and not localhost: for Node that is ::1 first (DS-30).
const doorstep = process.env.DOORSTEP_URL ?? "http://127.0.0.1:5000";

/** @type {import("next").NextConfig} */
export default {
  // Otherwise Next redirects /api/signup/ to /api/signup, and no preflight and no Dart client follows that (DS-19).
  skipTrailingSlashRedirect: true,
  // Longer than Doorstep waits (30 s). Next gives up after 30 s by default, at the same moment.
  experimental: { proxyTimeout: 40_000 },
  async rewrites() {
    return {
      // Before the pages, or a catch-all page would answer for the API.
      beforeFiles: [
        { source: "/api/:path*", destination: `${doorstep}/api/:path*` },
        { source: "/errors/:path*", destination: `${doorstep}/errors/:path*` },
        { source: "/healthz", destination: `${doorstep}/healthz` },
      ],
    };
  },
};
