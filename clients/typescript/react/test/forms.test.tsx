// @vitest-environment happy-dom
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { expect, test, vi } from "vitest";
import { DoorstepProvider, LoginForm, SignUpForm, useSession, useSignUp } from "../src/index.js";
import { ada, backend, refusal } from "./support/backend.js";

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const submit = () =>
  fireEvent.submit(screen.getByRole("button").closest("form") as HTMLFormElement);

function fill(values: Record<string, string>) {
  for (const [label, value] of Object.entries(values)) {
    fireEvent.change(field(label), { target: { value } });
  }
}

const filled = { Name: "Ada", "E-mail": " ada@example.com ", Password: " secret secret " };

test("a sign-up is one request, and tells its customer", async () => {
  const { client, calls, bodies } = backend({ "POST /api/signup": () => [201, { user: ada }] });
  const onSuccess = vi.fn();
  render(
    <StrictMode>
      <SignUpForm account={client} onSuccess={onSuccess} />
    </StrictMode>,
  );
  fill(filled);
  submit();
  submit();
  await waitFor(() => expect(onSuccess).toHaveBeenCalledExactlyOnceWith(ada));
  expect(calls()).toEqual(["POST /api/signup"]);
  expect(bodies()).toEqual([
    { name: "Ada", email: "ada@example.com", password: " secret secret ", session: "cookie" },
  ]);
});

test("a sign-up that waits for a mail is no success of a form of one step, and says what to do", async () => {
  const { client, calls } = backend({
    "POST /api/signup": () => [202, { message: "Almost done", request: "r" }],
  });
  const onSuccess = vi.fn();
  function OneStep() {
    const form = useSignUp({ account: client, onSuccess });
    return (
      <form {...form.form()}>
        <input {...form.field("email")} aria-label="E-mail" />
        <button {...form.button()}>Create account</button>
        <p {...form.error()} />
      </form>
    );
  }
  render(<OneStep />);
  submit();
  expect((await screen.findByText("Almost done")).getAttribute("role")).toBe("alert");
  expect(onSuccess).not.toHaveBeenCalled();
  expect(client.getState().customer).toBeUndefined();
  expect(calls()).toEqual(["POST /api/signup"]);
});

test("a password manager and a screen reader find what they look for", () => {
  const { client } = backend({});
  const { container } = render(<SignUpForm account={client} className="card" />);
  expect(container.querySelector("form")).toMatchObject({
    method: "post",
    noValidate: true,
    className: "card",
  });
  expect(container.querySelector("form")?.getAttribute("action")).toBe(
    "http://localhost:5000/api/signup",
  );
  expect(field("E-mail")).toMatchObject({
    type: "email",
    autocomplete: "username",
    required: true,
    name: "email",
  });
  expect(field("Password")).toMatchObject({ type: "password", autocomplete: "new-password" });
  expect(field("Name").getAttribute("autocomplete")).toBe("name");
  expect(screen.getAllByRole("alert")).toHaveLength(4);
});

test("a refused field is described, announced and focused, and keeps its text", async () => {
  const { client } = backend({
    "POST /api/signup": () =>
      refusal(422, "invalid_fields", {
        email: { code: "email_invalid", message: "Enter an e-mail address" },
        password: { code: "password_too_short", message: "Too short" },
      }),
  });
  render(
    <StrictMode>
      <SignUpForm account={client} messages={{ password_too_short: "Please use 8 characters" }} />
    </StrictMode>,
  );
  fill(filled);
  submit();
  const alert = await screen.findByText("Enter an e-mail address");
  const email = field("E-mail");
  expect(email.getAttribute("aria-invalid")).toBe("true");
  expect(email.getAttribute("aria-describedby")).toBe(alert.id);
  expect(alert.getAttribute("role")).toBe("alert");
  await waitFor(() => expect(document.activeElement).toBe(email));
  expect(field("Password").value).toBe(" secret secret ");
  expect(field("Name").getAttribute("aria-invalid")).toBeNull();
  expect(screen.getByText("Please use 8 characters")).toBeTruthy();
  expect(screen.queryByText("About invalid_fields")).toBeNull();
});

test("what concerns no single field is told for the whole form, and goes away with the next try", async () => {
  let code = "invalid_credentials";
  const { client } = backend({
    "POST /api/login": () => (code ? refusal(401, code) : [200, { user: ada }]),
  });
  render(<LoginForm account={client} labels={{ submit: "Enter" }} />);
  fill({ "E-mail": "ada@example.com", Password: "wrong" });
  submit();
  expect((await screen.findByText("About invalid_credentials")).getAttribute("role")).toBe("alert");
  code = "";
  submit();
  await waitFor(() => expect(screen.queryByText("About invalid_credentials")).toBeNull());
  expect(screen.getByRole("button", { name: "Enter" })).toBeTruthy();
});

test("a refusal of a field that the form does not have is told for the whole form", async () => {
  const { client } = backend({
    "POST /api/login": () =>
      refusal(422, "invalid_fields", { session: { code: "invalid_choice", message: "No" } }),
  });
  render(<LoginForm account={client} />);
  submit();
  expect(await screen.findByText("About invalid_fields")).toBeTruthy();
});

test("while a form is busy it says so and stays reachable", async () => {
  let answer: (reply: [number, unknown]) => void = () => {};
  const { client } = backend({
    "POST /api/login": () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  });
  const { container } = render(<LoginForm account={client} />);
  submit();
  await waitFor(() =>
    expect(container.querySelector("form")?.getAttribute("aria-busy")).toBe("true"),
  );
  expect(screen.getByRole("button").getAttribute("aria-disabled")).toBe("true");
  expect(screen.getByRole("button")).toMatchObject({ disabled: false });
  await act(async () => answer([200, { user: ada }]));
  await waitFor(() =>
    expect(container.querySelector("form")?.getAttribute("aria-busy")).toBe("false"),
  );
});

test("a form that disappears with the sign-in still tells of its success", async () => {
  const { client } = backend({ "POST /api/signup": () => [201, { user: ada }] });
  const onSuccess = vi.fn();
  function Page() {
    const { status } = useSession();
    return status === "signed-in" ? <p>Welcome</p> : <SignUpForm onSuccess={onSuccess} />;
  }
  render(
    <StrictMode>
      <DoorstepProvider client={client}>
        <Page />
      </DoorstepProvider>
    </StrictMode>,
  );
  fill(filled);
  submit();
  expect(await screen.findByText("Welcome")).toBeTruthy();
  await waitFor(() => expect(onSuccess).toHaveBeenCalledOnce());
});

test("a checkbox is a yes or no, and inputs that are not the form's own are not sent", async () => {
  const { client, bodies } = backend({ "POST /api/signup": () => [201, { user: ada }] });
  function Form() {
    const f = useSignUp({ account: client });
    return (
      <form {...f.form()}>
        <input {...f.field("email")} defaultValue="ada@example.com" />
        <input {...f.field("marketingConsent")} />
        <input name="coupon" defaultValue="X" />
        <button {...f.button()}>Go</button>
      </form>
    );
  }
  const { container } = render(<Form />);
  expect(container.querySelector("[name=marketingConsent]")).toMatchObject({
    type: "checkbox",
    required: false,
  });
  submit();
  await waitFor(() =>
    expect(bodies()).toEqual([
      { email: "ada@example.com", marketingConsent: false, session: "cookie" },
    ]),
  );
});
