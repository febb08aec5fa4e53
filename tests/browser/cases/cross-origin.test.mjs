import assert from "node:assert/strict";
import { test } from "node:test";
import { launch, newVisitor } from "../support/browser.mjs";
import { startDoorstep } from "../support/server.mjs";
import { loggedOut, logOut, menuButton, newPerson, signUp } from "../support/steps.mjs";
import { startDevStorefront, startTutorial } from "../support/vite.mjs";

/** Starts everything in order, and ends it the other way round, whatever happened. */
async function using(starts, body) {
  const started = [];
  try {
    for (const start of starts) started.push(await start(...started));
    await body(...started);
  } finally {
    for (const one of started.reverse()) await (one.stop ?? one.close).call(one);
  }
}

test(
  "`npm run dev` works from its own origin, in StrictMode, with a quiet console",
  { timeout: 240_000 },
  () =>
    using(
      [startDoorstep, (server) => startDevStorefront(server.url), () => launch()],
      async (server, vite, browser) => {
        const grace = await newVisitor(browser, vite.url);
        const { page, person } = await signUp(grace);
        assert.equal(new URL(page.url()).origin, vite.url);
        await page.reload();
        await menuButton(page, person).waitFor();
        const second = await grace.open("/account/security");
        await second.getByText("This device").waitFor();
        await logOut(page, person);
        await loggedOut(second);
        assert.equal(server.rows("select email from customers")[0].email, person.email);
        assert.deepEqual([...grace.trouble, ...grace.refusals], []);
      },
    ),
);

test(
  "a tutorial's page on another port works as it was written, for localhost:5000",
  { timeout: 240_000 },
  () =>
    using(
      [
        startDoorstep,
        startTutorial,
        // The page goes on saying localhost:5000; the browser is told where that is today.
        (server) => launch([`--host-resolver-rules=MAP localhost:5000 127.0.0.1:${server.port}`]),
      ],
      async (server, tutorial, browser) => {
        const grace = await newVisitor(browser, tutorial.url);
        const page = await grace.open("/");
        const person = newPerson();
        await page.getByRole("button", { name: "Signup" }).click();
        await page.getByText("All fields are required").waitFor();

        for (const name of ["name", "email", "password"])
          await page.locator(`[name=${name}]`).fill(person[name]);
        const [answer] = await Promise.all([
          page.waitForResponse((response) => response.request().method() === "POST"),
          page.getByRole("button", { name: "Signup" }).click(),
        ]);
        assert.equal(answer.url(), "http://localhost:5000/api/signup");
        assert.equal(answer.status(), 201);
        await page.getByText(`User registered successfully: ${person.email}`).waitFor();
        assert.equal(server.rows("select name from customers")[0].name, person.name);
        assert.deepEqual(grace.trouble, []);
        assert.deepEqual(grace.refusals, ["400 /api/signup"]);
      },
    ),
);
