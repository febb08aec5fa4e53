// The table itself: every row of the catalogue is there, and says the truth about where it is tested.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startDoorstep } from "../../browser/support/server.mjs";
import { rows } from "../support/row.mjs";

const LEAST = 38;
const CHANNELS = ["answer", "dart", "doctor", "kit", "log"];

test("every row of the catalogue is in the table, once", () => {
  const ids = Array.from({ length: 45 }, (_, i) => `DS-${String(i + 1).padStart(2, "0")}`);
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids,
  );
});

test(`at least ${LEAST} rows are reproduced, and the others say why not`, () => {
  const missing = rows.filter(({ reproduced }) => reproduced === "no");
  assert.ok(rows.length - missing.length >= LEAST, `${rows.length - missing.length}`);
  for (const { id, instead } of missing) assert.ok(instead, id);
});

test("each row stands in the file that the table names, and in known channels", () => {
  for (const row of rows) {
    assert.ok(["yes", "prevented", "no"].includes(row.reproduced), row.id);
    for (const channel of row.channels) assert.ok(CHANNELS.includes(channel), `${row.id}: ${channel}`);
    if (row.reproduced === "yes") assert.ok(row.channels.length > 0, `${row.id} is named nowhere`);
    if (row.reproduced === "no") continue;
    const text = readFileSync(new URL(`../${row.case}`, import.meta.url), "utf8");
    assert.ok(
      text.includes(`row("${row.id}"`) || text.includes(`'${row.id} `),
      `${row.id} is not in ${row.case}`,
    );
  }
});

test("every id leads to a page of the server that explains it", async () => {
  const server = await startDoorstep();
  try {
    for (const { id } of rows) {
      const page = await fetch(`${server.url}/errors/${id}`, { headers: { Accept: "text/html" } });
      assert.equal(page.status, 200, id);
      assert.match(await page.text(), new RegExp(id));
    }
  } finally {
    await server.stop();
  }
});
