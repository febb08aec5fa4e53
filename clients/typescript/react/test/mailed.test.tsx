// @vitest-environment happy-dom
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DoorstepProvider, type Recovered, useRecovery, useVerification } from "../src/index.js";
import { ada, backend, refusal } from "./support/backend.js";

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
});

function Recover({ onSuccess }: { onSuccess?: (done: Recovered) => void }) {
  const { step, ask, confirm, ...recovery } = useRecovery({ onSuccess });
  return (
    <>
      <p {...recovery.note()} />
      {step === "ask" && (
        <form {...ask.form()}>
          <input {...ask.field("email")} aria-label="E-mail" />
          <p {...ask.error("email")} />
          <button {...ask.button()}>Send</button>
          <p {...ask.error()} />
        </form>
      )}
      {step === "confirm" && (
        <form {...confirm.form()}>
          <p>To {recovery.email}</p>
          <input {...confirm.field("code")} aria-label="Code" />
          <p {...confirm.error("code")} />
          <input {...confirm.field("newPassword")} aria-label="New password" />
          <p {...confirm.error("newPassword")} />
          <button {...confirm.button()}>Save</button>
          <p {...confirm.error()} />
          <button {...recovery.resend.button()}>Again {recovery.resend.wait}</button>
          <p {...recovery.resend.error()} />
          <button type="button" onClick={recovery.restart}>
            Other address
          </button>
        </form>
      )}
      {step === "done" && <p>Saved</p>}
    </>
  );
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, value: string) =>
  fireEvent.change(field(label), { target: { value } });
const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);

/** Second by second: each of them is rendered before the next one is waited for. */
async function later(seconds: number) {
  for (let passed = 0; passed < seconds; passed++) {
    await act(() => vi.advanceTimersByTimeAsync(1000));
  }
}

type Routes = Parameters<typeof backend>[0];

/** Up to the second step, against a server that numbers its requests. */
async function recovering(routes: Routes = {}, onSuccess?: (done: Recovered) => void) {
  let count = 0;
  const server = backend({
    "POST /api/recovery": () => [202, { message: "On its way", request: `r${++count}` }],
    ...routes,
  });
  render(
    <StrictMode>
      <DoorstepProvider client={server.client}>
        <Recover {...(onSuccess && { onSuccess })} />
      </DoorstepProvider>
    </StrictMode>,
  );
  type("E-mail", " ada@example.com ");
  submit();
  await screen.findByText("Save");
  return server;
}

test("a forgotten password is an address, then a code and a new password", async () => {
  const onSuccess = vi.fn();
  const server = await recovering(
    { "POST /api/recovery/confirm": () => [200, { message: "Changed" }] },
    onSuccess,
  );
  expect(screen.getByRole("status").textContent).toBe("On its way");
  expect(screen.getByText("To ada@example.com")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(field("Code")));
  expect(field("Code")).toMatchObject({ autocomplete: "one-time-code", inputMode: "numeric" });
  expect(field("New password")).toMatchObject({ type: "password", autocomplete: "new-password" });
  type("Code", "12345678");
  type("New password", " secret secret ");
  submit();
  submit();
  expect(await screen.findByText("Saved")).toBeTruthy();
  expect(onSuccess).toHaveBeenCalledExactlyOnceWith({
    message: "Changed",
    email: "ada@example.com",
  });
  const posts = server.bodies().filter((body) => body);
  expect(posts).toEqual([
    { email: "ada@example.com" },
    { request: "r1", code: "12345678", newPassword: " secret secret " },
  ]);
});

test("an address that is refused is told beside its field, and asks for no code", async () => {
  const wrong = { email: { code: "email_invalid", message: "No address" } };
  const { client } = backend({
    "POST /api/recovery": () => refusal(422, "invalid_fields", wrong),
  });
  render(<Recover />, {
    wrapper: ({ children }) => <DoorstepProvider client={client}>{children}</DoorstepProvider>,
  });
  submit();
  expect(await screen.findByText("No address")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(field("E-mail")));
  expect(screen.queryByText("Save")).toBeNull();
});

test("a wrong code is told beside its field until there is another mail", async () => {
  const wrong = { code: { code: "code_wrong", message: "4 more tries" } };
  const server = await recovering({
    "POST /api/recovery/confirm": () => refusal(422, "invalid_fields", wrong),
  });
  field("New password").focus();
  submit();
  expect((await screen.findByText("4 more tries")).getAttribute("role")).toBe("alert");
  await waitFor(() => expect(document.activeElement).toBe(field("Code")));
  await later(61);
  fireEvent.click(screen.getByText("Again 0"));
  await waitFor(() => expect(screen.queryByText("4 more tries")).toBeNull());
  expect(field("Code").getAttribute("aria-invalid")).toBeNull();
  submit();
  expect(await screen.findByText("4 more tries")).toBeTruthy();
  expect(server.bodies().at(-1).request).toBe("r2");
});

test("another mail may be asked for after a minute, which is counted down", async () => {
  const server = await recovering();
  const asked = () => server.calls().filter((call) => call === "POST /api/recovery").length;
  const button = screen.getByText("Again 60");
  expect(button.getAttribute("aria-disabled")).toBe("true");
  fireEvent.click(button);
  await later(10);
  expect(button.textContent).toBe("Again 50");
  await later(51);
  expect([button.textContent, button.getAttribute("aria-disabled"), asked()]).toEqual([
    "Again 0",
    "false",
    1,
  ]);
  fireEvent.click(button);
  fireEvent.click(button);
  await waitFor(() => expect(button.textContent).toBe("Again 60"));
  expect(asked()).toBe(2);
});

test("a refusal of another mail is told, and the code of the first one may still come", async () => {
  let isRefused = false;
  await recovering({
    "POST /api/recovery": () =>
      isRefused ? refusal(429, "rate_limited") : [202, { message: "On its way", request: "r" }],
  });
  await later(61);
  isRefused = true;
  fireEvent.click(screen.getByText("Again 0"));
  expect((await screen.findByText("About rate_limited")).getAttribute("role")).toBe("alert");
  expect(field("Code")).toBeTruthy();
});

test("whoever mistyped the address goes back to it", async () => {
  const server = await recovering();
  fireEvent.click(screen.getByText("Other address"));
  expect(field("E-mail").value).toBe("ada@example.com");
  await waitFor(() => expect(document.activeElement).toBe(field("E-mail")));
  type("E-mail", "ada@example.org");
  submit();
  expect(await screen.findByText("To ada@example.org")).toBeTruthy();
  expect(server.bodies().at(-1)).toEqual({ email: "ada@example.org" });
});

test("the first step is rendered on a server", () => {
  const { client, calls } = backend({});
  const html = renderToString(
    <DoorstepProvider client={client}>
      <Recover />
    </DoorstepProvider>,
  );
  expect(html).toContain('action="http://localhost:5000/api/recovery"');
  expect(html).toContain('name="email"');
  expect(calls()).toEqual([]);
});

function Verify() {
  const { step, ask, confirm, note } = useVerification();
  return (
    <>
      <p {...note()} />
      {step === "ask" && (
        <form {...ask.form()}>
          <button {...ask.button()}>Send</button>
        </form>
      )}
      {step === "confirm" && (
        <form {...confirm.form()}>
          <input {...confirm.field("code")} aria-label="Code" />
          <p {...confirm.error("code")} />
          <button {...confirm.button()}>Confirm</button>
        </form>
      )}
      {step === "done" && <p>Proven</p>}
    </>
  );
}

async function verifying(routes: Routes) {
  const server = backend({
    "POST /api/verification": () => [202, { message: "On its way", request: "r" }],
    ...routes,
  });
  render(
    <StrictMode>
      <DoorstepProvider client={server.client}>
        <Verify />
      </DoorstepProvider>
    </StrictMode>,
  );
  await waitFor(() => expect(server.client.getState().status).toBe("signed-in"));
  submit();
  await screen.findByText("Confirm");
  return server;
}

test("an address is proven by the code of a mail", async () => {
  let isProven = false;
  const server = await verifying({
    "GET /api/session": () => [200, { user: { ...ada, emailVerified: isProven } }],
    "POST /api/verification/confirm": () => {
      isProven = true;
      return [200, { message: "Confirmed" }];
    },
  });
  await waitFor(() => expect(document.activeElement).toBe(field("Code")));
  type("Code", "12345678");
  submit();
  expect(await screen.findByText("Proven")).toBeTruthy();
  expect(server.bodies()).toContainEqual({ request: "r", code: "12345678" });
  expect(server.client.getState().customer?.emailVerified).toBe(true);
});

test("whoever comes back from the mail's link is proven", async () => {
  let isProven = false;
  await verifying({
    "GET /api/session": () => [200, { user: { ...ada, emailVerified: isProven } }],
  });
  isProven = true;
  fireEvent.focus(window);
  expect(await screen.findByText("Proven")).toBeTruthy();
});
