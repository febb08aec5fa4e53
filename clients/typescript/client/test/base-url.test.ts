import { expect, test } from "vitest";
import { createDoorstepClient } from "../src/index.js";

const baseOf = (baseUrl: unknown) => createDoorstepClient({ baseUrl: baseUrl as string }).baseUrl;

test.each([
  "",
  undefined,
  null,
  "undefined",
  "localhost:5000",
  "shop.com",
  "//shop.com",
  "ftp://shop.com",
  "https://",
  "https://undefined/",
  "/undefined",
])("the address %j is refused with DS-21", (address) => {
  expect(() => baseOf(address)).toThrow("DS-21");
});

test.each([
  ["/", ""],
  ["/accounts/", "/accounts"],
  ["http://localhost:5000", "http://localhost:5000"],
  ["https://shop.com/accounts/", "https://shop.com/accounts"],
])("the address %j is the prefix %j", (address, prefix) => {
  expect(baseOf(address)).toBe(prefix);
});
