import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, expect, vi } from "vitest";

// React reports hydration, act and key mistakes on the console: each one fails its test.
beforeEach(() => {
  vi.spyOn(console, "error");
  vi.spyOn(console, "warn");
});

afterEach(() => {
  cleanup();
  const said = [console.error, console.warn].flatMap((print) => vi.mocked(print).mock.calls);
  vi.restoreAllMocks();
  expect(said).toEqual([]);
});
