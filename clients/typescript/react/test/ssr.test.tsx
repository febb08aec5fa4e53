import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { DoorstepProvider, LoginForm, SignUpForm, useSession, useSessions } from "../src/index.js";
import { ada, backend } from "./support/backend.js";

function Header() {
  const { customer } = useSession();
  useSessions();
  return <p>{customer?.name ?? "nobody"}</p>;
}

test("forms rendered on a server work before hydration", () => {
  const { client } = backend({});
  const html = renderToString(<SignUpForm account={client} />);
  const form = /<form ([^>]*)>/.exec(html)?.[1];
  expect(form).toContain('method="post"');
  expect(form).toContain('action="http://localhost:5000/api/signup"');
  expect(html).toMatch(/<label for="([^"]+)">E-mail<\/label><input id="\1" [^>]*name="email"/);
  expect(renderToString(<LoginForm account={client} />)).toContain(
    'action="http://localhost:5000/api/login"',
  );
});

test("one visitor's session never reaches the next one's page", () => {
  const { client, calls } = backend({});
  const first = renderToString(
    <DoorstepProvider client={client} initialSession={{ status: "signed-in", customer: ada }}>
      <Header />
    </DoorstepProvider>,
  );
  const second = renderToString(
    <DoorstepProvider client={client}>
      <Header />
    </DoorstepProvider>,
  );
  expect([first, second]).toEqual(["<p>Ada</p>", "<p>nobody</p>"]);
  expect(calls()).toEqual([]);
});
