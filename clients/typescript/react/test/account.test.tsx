// @vitest-environment happy-dom
import { act, fireEvent, render, renderHook, screen, waitFor } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { expect, test, vi } from "vitest";
import {
  DoorstepProvider,
  useAddresses,
  useChangePassword,
  useDeleteAccount,
  useProfile,
  useSessions,
} from "../src/index.js";
import { ada, backend, refusal } from "./support/backend.js";

type Server = ReturnType<typeof backend>;

const within =
  ({ client }: Server) =>
  ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <DoorstepProvider client={client}>{children}</DoorstepProvider>
    </StrictMode>
  );

test("the profile form sends only what was changed", async () => {
  const onSuccess = vi.fn();
  const server = backend({
    "GET /api/session": () => [200, { user: { ...ada, phone: "+49 30 1" } }],
    "PATCH /api/user": (change) => [200, { user: { ...ada, ...change } }],
  });
  function Form() {
    const f = useProfile({ onSuccess });
    return (
      <form {...f.form()}>
        <input {...f.field("name")} aria-label="Name" />
        <input {...f.field("phone")} aria-label="Phone" />
        <button {...f.button()}>Save {f.customer?.name}</button>
      </form>
    );
  }
  render(<Form />, { wrapper: within(server) });
  const button = await screen.findByText("Save Ada");
  const phone = screen.getByLabelText<HTMLInputElement>("Phone");
  expect(phone.value).toBe("+49 30 1");
  expect(phone.required).toBe(false);
  fireEvent.change(phone, { target: { value: "" } });
  fireEvent.submit(button.closest("form") as HTMLFormElement);
  await waitFor(() => expect(onSuccess).toHaveBeenCalledOnce());
  expect(server.bodies().at(-1)).toEqual({ phone: null });
});

test("a device that is ended leaves the list", async () => {
  let sessions = [{ id: "a", current: true }, { id: "b" }, { id: "c" }];
  const server = backend({
    "GET /api/session": () => [200, { user: ada }],
    "GET /api/sessions": () => [200, { sessions }],
    "DELETE /api/sessions/b": () => {
      sessions = sessions.filter(({ id }) => id !== "b");
      return [204];
    },
    "DELETE /api/sessions/gone": () => refusal(404, "not_found"),
    "DELETE /api/sessions": () => {
      sessions = sessions.slice(0, 1);
      return [204];
    },
  });
  const { result } = renderHook(() => useSessions(), { wrapper: within(server) });
  const ids = () => result.current.sessions?.map(({ id }) => id);
  expect(ids()).toBeUndefined();
  await waitFor(() => expect(ids()).toEqual(["a", "b", "c"]));
  await act(() => result.current.end("b"));
  expect(ids()).toEqual(["a", "c"]);
  await act(() => result.current.endOthers());
  expect(ids()).toEqual(["a"]);
  await act(() => result.current.end("gone"));
  expect(result.current.failure?.code).toBe("not_found");
});

test("an overtaken list is not shown", async () => {
  const answers: ((reply: [number, unknown]) => void)[] = [];
  const server = backend({
    "GET /api/session": () => [200, { user: ada }],
    "GET /api/sessions": () => new Promise((resolve) => answers.push(resolve)),
    "DELETE /api/sessions/b": () => [204],
  });
  const { result } = renderHook(() => useSessions(), { wrapper: within(server) });
  await waitFor(() => expect(answers).toHaveLength(1));
  const end = result.current.end("b");
  await waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.([200, { sessions: [{ id: "a" }] }]);
  await act(() => end);
  await act(async () => answers[0]?.([200, { sessions: [{ id: "a" }, { id: "b" }] }]));
  expect(result.current.sessions).toEqual([{ id: "a" }]);
});

test("an address book is read, changed and forgotten with its customer", async () => {
  const added = { name: "Ada", line1: "1 Road", postalCode: "BA1", city: "Bath", country: "GB" };
  let addresses: object[] = [];
  const server = backend({
    "GET /api/session": () => [200, { user: ada }],
    "GET /api/user/addresses": () => [200, { addresses }],
    "POST /api/user/addresses": (address) => {
      addresses = [{ id: "a", ...address }];
      return [201, { address: addresses[0] }];
    },
    "PATCH /api/user/addresses/a": () => refusal(422, "invalid_fields"),
    "POST /api/logout": () => [204],
  });
  const { result } = renderHook(() => useAddresses(), { wrapper: within(server) });
  await waitFor(() => expect(result.current.addresses).toEqual([]));
  await act(() => result.current.add(added));
  expect(result.current.addresses).toEqual([{ id: "a", ...added }]);
  await act(() => result.current.change("a", { city: "" }));
  expect(result.current.failure?.code).toBe("invalid_fields");
  expect(result.current.addresses).toHaveLength(1);
  await act(() => server.client.logout());
  expect(result.current.addresses).toBeUndefined();
});

test("the password is changed and the account deleted by the current password", async () => {
  const server = backend({
    "GET /api/policy": () => [200, { password: { idempotencyKey: true } }],
    "POST /api/user/password": () => [200, { user: ada }],
    "DELETE /api/user": () => [204],
  });
  function Forms() {
    const change = useChangePassword();
    const remove = useDeleteAccount();
    return (
      <>
        <form {...change.form()} aria-label="change">
          <input {...change.field("currentPassword")} defaultValue="old" />
          <input {...change.field("newPassword")} defaultValue="new" />
        </form>
        <form {...remove.form()} aria-label="remove">
          <input {...remove.field("currentPassword")} defaultValue="new" />
        </form>
      </>
    );
  }
  render(<Forms />, { wrapper: within(server) });
  fireEvent.submit(screen.getByRole("form", { name: "change" }));
  await waitFor(() => expect(server.bodies()).toHaveLength(2));
  fireEvent.submit(screen.getByRole("form", { name: "remove" }));
  await waitFor(() => expect(server.client.getState().status).toBe("signed-out"));
  expect(server.bodies()).toEqual([
    undefined,
    { currentPassword: "old", newPassword: "new" },
    { currentPassword: "new" },
  ]);
});
