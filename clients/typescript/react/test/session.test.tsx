// @vitest-environment happy-dom
import { act, render, screen, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { DoorstepProvider, useSession } from "../src/index.js";
import { ada, backend } from "./support/backend.js";

const seen: string[] = [];

function Who() {
  const { status, customer } = useSession();
  const text = `${status} ${customer?.name ?? ""}`.trim();
  seen.push(text);
  return <p>{text}</p>;
}

test("under StrictMode the session is asked for once and followed", async () => {
  const { client, calls } = backend({
    "GET /api/session": () => [200, { user: ada }],
    "POST /api/logout": () => [204],
  });
  render(
    <StrictMode>
      <DoorstepProvider client={client}>
        <Who />
        <Who />
      </DoorstepProvider>
    </StrictMode>,
  );
  expect(await screen.findAllByText("signed-in Ada")).toHaveLength(2);
  expect(calls()).toEqual(["GET /api/session"]);
  await act(() => client.logout());
  expect(screen.getAllByText("signed-out")).toHaveLength(2);
});

test("a component that comes back follows again without another request", async () => {
  const { client, calls } = backend({ "GET /api/session": () => [200, { user: ada }] });
  const page = (shown: boolean) => (
    <DoorstepProvider client={client}>{shown && <Who />}</DoorstepProvider>
  );
  const { rerender } = render(page(true));
  await screen.findByText("signed-in Ada");
  rerender(page(false));
  rerender(page(true));
  expect(screen.getByText("signed-in Ada")).toBeTruthy();
  expect(calls()).toHaveLength(1);
});

test.each([
  [
    "with what the server found",
    { status: "signed-in", customer: ada } as const,
    "signed-in Ada",
    0,
  ],
  ["as loading when it found nothing out", undefined, "loading", 1],
])("a page hydrates %s", async (_, initialSession, first, requests) => {
  const { client, calls } = backend({ "GET /api/session": () => [200, { user: ada }] });
  const page = (
    <StrictMode>
      <DoorstepProvider client={client} initialSession={initialSession}>
        <Who />
      </DoorstepProvider>
    </StrictMode>
  );
  const root = document.createElement("div");
  document.body.append(root);
  root.innerHTML = renderToString(page);
  expect(root.textContent).toBe(first);
  expect(client.getState().status).toBe("loading");

  seen.length = 0;
  const mounted = await act(async () => hydrateRoot(root, page));
  await waitFor(() => expect(root.textContent).toBe("signed-in Ada"));
  expect(new Set(seen)).toEqual(new Set([first, "signed-in Ada"]));
  expect(calls()).toHaveLength(requests);
  await act(async () => mounted.unmount());
});

test("a page that is not hydrated shows what the server found from the first paint on", () => {
  const { client } = backend({});
  seen.length = 0;
  render(
    <DoorstepProvider client={client} initialSession={{ status: "signed-in", customer: ada }}>
      <Who />
    </DoorstepProvider>,
  );
  expect(new Set(seen)).toEqual(new Set(["signed-in Ada"]));
});

test("a hook without a provider says what to do", () => {
  expect(() => renderToString(<Who />)).toThrow("Wrap the app in <DoorstepProvider");
});
