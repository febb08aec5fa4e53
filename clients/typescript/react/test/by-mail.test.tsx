// @vitest-environment happy-dom
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  DoorstepProvider,
  EmailChangeForm,
  LoginCodeForm,
  SignUpForm,
  useSecurityEvents,
} from "../src/index.js";
import { ada, backend, refusal } from "./support/backend.js";

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
});

type Routes = Parameters<typeof backend>[0];

function show(children: ReactNode, routes: Routes) {
  const server = backend(routes);
  render(
    <StrictMode>
      <DoorstepProvider client={server.client}>{children}</DoorstepProvider>
    </StrictMode>,
  );
  const asked = (route: string) => server.calls().filter((call) => call === route).length;
  return { ...server, asked };
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, value: string) =>
  fireEvent.change(field(label), { target: { value } });
const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);

async function later(seconds: number) {
  for (let passed = 0; passed < seconds; passed++) {
    await act(() => vi.advanceTimersByTimeAsync(1000));
  }
}

const poll = "POST /api/login/code/poll";
const codeAsked: Routes = {
  "POST /api/login/code": () => [202, { message: "On its way", request: "r", number: "42" }],
  [poll]: () => [202, { message: "Choose" }],
};

async function loggingIn(routes: Routes = {}) {
  const onSuccess = vi.fn();
  const server = show(<LoginCodeForm onSuccess={onSuccess} />, { ...codeAsked, ...routes });
  type("E-mail", " ada@example.com ");
  submit();
  await screen.findByText("42");
  return { ...server, onSuccess };
}

test("a login is the code of a mail, and nothing is asked of the server after it", async () => {
  const { asked, bodies, client, onSuccess } = await loggingIn({
    "POST /api/login/code/confirm": () => [200, { user: ada }],
  });
  expect(screen.getByRole("status").textContent).toBe("On its way");
  await waitFor(() => expect(document.activeElement).toBe(field("Code")));
  await later(7);
  expect(asked(poll)).toBe(2);
  type("Code", "12345678");
  submit();
  await waitFor(() => expect(onSuccess).toHaveBeenCalledExactlyOnceWith(ada));
  expect(client.getState()).toMatchObject({ status: "signed-in" });
  expect(bodies()).toContainEqual({ request: "r", code: "12345678", session: "cookie" });
  expect(document.querySelector("form")).toBeNull();
  await later(7);
  expect(asked(poll)).toBe(2);
});

test("the device that waits enters by itself", async () => {
  let isChosen = false;
  const { onSuccess, asked } = await loggingIn({
    [poll]: () => (isChosen ? [200, { user: ada }] : [202, { message: "Choose" }]),
  });
  await later(4);
  expect([asked(poll), onSuccess.mock.calls.length]).toEqual([1, 0]);
  isChosen = true;
  await later(3);
  await waitFor(() => expect(onSuccess).toHaveBeenCalledExactlyOnceWith(ada));
});

test("a login that is over is told, and another mail begins anew", async () => {
  let isOver = true;
  const { asked } = await loggingIn({
    [poll]: () => (isOver ? refusal(410, "challenge_spent") : [202, { message: "Choose" }]),
    "POST /api/login/code": () => [
      202,
      { message: "On its way", request: isOver ? "r" : "r2", number: "42" },
    ],
  });
  await later(4);
  expect((await screen.findByText("About challenge_spent")).getAttribute("role")).toBe("alert");
  await later(60);
  expect(asked(poll)).toBe(1);
  isOver = false;
  fireEvent.click(screen.getByText("Send another mail"));
  await waitFor(() => expect(screen.queryByText("About challenge_spent")).toBeNull());
  await later(4);
  expect(asked(poll)).toBe(2);
});

test("an address that nobody has proven needs the password, too", async () => {
  const needed = { password: { code: "required", message: "Enter your password" } };
  let count = 0;
  const { bodies, onSuccess } = await loggingIn({
    "POST /api/login/code/confirm": () =>
      ++count === 1
        ? refusal(422, "invalid_fields", needed)
        : count === 2
          ? refusal(401, "invalid_credentials")
          : [200, { user: ada }],
  });
  expect(screen.queryByLabelText("Password")).toBeNull();
  type("Code", "12345678");
  submit();
  expect(await screen.findByText("Enter your password")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(field("Password")));
  expect(field("Code").value).toBe("12345678");
  type("Password", "not it");
  submit();
  expect(await screen.findByText("About invalid_credentials")).toBeTruthy();
  type("Password", "a long enough secret");
  submit();
  await waitFor(() => expect(onSuccess).toHaveBeenCalledOnce());
  const proof = { request: "r", code: "12345678", session: "cookie" };
  expect(bodies()).toContainEqual({ ...proof, password: "a long enough secret" });
});

test("nobody waits any more when the form is gone", async () => {
  const { client, calls } = backend(codeAsked);
  const { unmount } = render(<LoginCodeForm account={client} />);
  type("E-mail", "ada@example.com");
  submit();
  await screen.findByText("42");
  unmount();
  await later(10);
  expect(calls()).toEqual(["POST /api/login/code"]);
});

async function signingUp(routes: Routes) {
  const onSuccess = vi.fn();
  const server = show(<SignUpForm onSuccess={onSuccess} />, routes);
  type("Name", "Ada");
  type("E-mail", " ada@example.com ");
  type("Password", "a long enough secret");
  submit();
  return { ...server, onSuccess };
}

const waits: Routes = {
  "POST /api/signup": () => [202, { message: "Almost done", request: "r" }],
  "POST /api/verification/confirm": () => [200, { message: "Confirmed" }],
  "POST /api/login": () => [200, { user: ada }],
};

test("a sign-up that is done at once asks for no code", async () => {
  const { onSuccess } = await signingUp({ "POST /api/signup": () => [201, { user: ada }] });
  await waitFor(() => expect(onSuccess).toHaveBeenCalledExactlyOnceWith(ada));
  expect(screen.queryByLabelText("Code")).toBeNull();
});

test("where the address is proven first, the code and the password from before log in", async () => {
  const { onSuccess, bodies, client, calls } = await signingUp(waits);
  expect(await screen.findByLabelText("Code")).toBeTruthy();
  expect(screen.getByRole("status").textContent).toBe("Almost done");
  expect(client.getState().customer).toBeUndefined();
  expect(onSuccess).not.toHaveBeenCalled();
  type("Code", "12345678");
  submit();
  await waitFor(() => expect(onSuccess).toHaveBeenCalledExactlyOnceWith(ada));
  const password = "a long enough secret";
  expect(bodies()).toContainEqual({ request: "r", code: "12345678", newPassword: password });
  expect(bodies()).toContainEqual({ email: "ada@example.com", password, session: "cookie" });
  expect(calls().filter((call) => call === "POST /api/signup")).toHaveLength(1);
});

test("a code that is spent logs in where the link was used, and is told where not", async () => {
  let isProven = false;
  const { onSuccess } = await signingUp({
    ...waits,
    "POST /api/verification/confirm": () => refusal(410, "challenge_spent"),
    "POST /api/login": () =>
      isProven ? [200, { user: ada }] : refusal(401, "invalid_credentials"),
  });
  await screen.findByLabelText("Code");
  submit();
  expect(await screen.findByText("About challenge_spent")).toBeTruthy();
  isProven = true;
  submit();
  await waitFor(() => expect(onSuccess).toHaveBeenCalledOnce());
});

test("another mail is asked for by the address, not by another sign-up", async () => {
  const { asked, bodies } = await signingUp({
    ...waits,
    "POST /api/verification": () => [202, { message: "Again", request: "r2" }],
  });
  await screen.findByLabelText("Code");
  await later(61);
  fireEvent.click(screen.getByText("Send another mail"));
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("Again"));
  expect(bodies()).toContainEqual({ email: "ada@example.com" });
  expect(asked("POST /api/signup")).toBe(1);
  type("Code", "12345678");
  submit();
  await waitFor(() => expect(bodies()).toContainEqual(expect.objectContaining({ request: "r2" })));
});

async function changing(routes: Routes = {}) {
  let email = ada.email;
  const onSuccess = vi.fn();
  const server = show(<EmailChangeForm onSuccess={onSuccess} />, {
    "GET /api/session": () => [200, { user: { ...ada, email } }],
    "POST /api/user/email": () => [202, { message: "On its way", request: "r" }],
    "POST /api/user/email/confirm": () => {
      email = "ada@lovelace.example";
      return [200, { message: "Changed" }];
    },
    ...routes,
  });
  await waitFor(() => expect(server.client.getState().status).toBe("signed-in"));
  type("New e-mail", " ada@lovelace.example ");
  type("Password", "secret");
  submit();
  const changeElsewhere = () => {
    email = "ada@lovelace.example";
  };
  return { ...server, onSuccess, changeElsewhere };
}

test("another address is the password and the code of a mail", async () => {
  const { onSuccess, bodies, client } = await changing();
  await screen.findByLabelText("Code");
  type("Code", "12345678");
  submit();
  await waitFor(() => expect(onSuccess).toHaveBeenCalledExactlyOnceWith({ message: "Changed" }));
  expect(bodies()).toContainEqual({ newEmail: "ada@lovelace.example", password: "secret" });
  expect(client.getState().customer?.email).toBe("ada@lovelace.example");
  expect(screen.getByRole("status").textContent).toBe("");
});

test("whoever comes back from the link of the mail has the new address", async () => {
  const { changeElsewhere } = await changing();
  await screen.findByLabelText("Code");
  changeElsewhere();
  await waitFor(() => {
    fireEvent.focus(window);
    expect(screen.queryByLabelText("Code")).toBeNull();
  });
  expect(screen.getByRole("status").textContent).toBe("");
});

test("a wrong password is told, and no code is asked for", async () => {
  await changing({ "POST /api/user/email": () => refusal(401, "invalid_credentials") });
  expect(await screen.findByText("About invalid_credentials")).toBeTruthy();
  expect(screen.queryByLabelText("Code")).toBeNull();
});

function Timeline() {
  const { events, older, reload, failure } = useSecurityEvents();
  return (
    <>
      <ol>
        {events?.map(({ id, message }) => (
          <li key={id}>{message}</li>
        ))}
      </ol>
      <p>{failure?.message}</p>
      {older && (
        <button type="button" onClick={older}>
          Older
        </button>
      )}
      <button type="button" onClick={reload}>
        Newest
      </button>
    </>
  );
}

test("what has happened is read page by page", async () => {
  const event = (id: string) => ({ id, at: ada.createdAt, kind: "logged_in", message: id });
  let isDown = false;
  const pages: Record<string, unknown> = {
    "": { events: [event("c"), event("b")], next: "b" },
    "?before=b": { events: [event("a")], next: null },
  };
  const { client } = show(<Timeline />, {
    "GET /api/session": () => [200, { user: ada }],
    "GET /api/user/events": (_, search) =>
      isDown ? refusal(500, "internal") : [200, pages[search ?? ""]],
  });
  const shown = () => [...document.querySelectorAll("li")].map((item) => item.textContent);
  await waitFor(() => expect(shown()).toEqual(["c", "b"]));
  isDown = true;
  fireEvent.click(screen.getByText("Older"));
  expect(await screen.findByText("About internal")).toBeTruthy();
  expect(shown()).toEqual(["c", "b"]);
  isDown = false;
  fireEvent.click(screen.getByText("Older"));
  fireEvent.click(screen.getByText("Older"));
  await waitFor(() => expect(shown()).toEqual(["c", "b", "a"]));
  expect(screen.queryByText("Older")).toBeNull();
  fireEvent.click(screen.getByText("Newest"));
  await waitFor(() => expect(shown()).toEqual(["c", "b"]));
  expect(client.getState().status).toBe("signed-in");
});
