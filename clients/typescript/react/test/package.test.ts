import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const dist = new URL("../dist/", import.meta.url);
const modules = readdirSync(dist).filter((name) => name.endsWith(".js"));

test("every module that is published says that it is for the client", () => {
  expect(modules).toContain("index.js");
  for (const name of modules) {
    expect(readFileSync(new URL(name, dist), "utf8"), name).toMatch(/^"use client";/);
  }
});

test("neither React nor the client is part of the package", () => {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  expect(dependencies).toBeUndefined();
  expect(Object.keys(peerDependencies)).toEqual(["@doorstep/client", "react"]);
});
