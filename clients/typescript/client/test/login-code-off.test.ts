import { expect, test } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import { requestLoginCode } from "../src/index.js";
import { person, visitor } from "./support/mailed.js";

test("where the shop does not want it the server says so", async () => {
  const plain = await startDoorstep({ env: { DOORSTEP_LOGIN_CODE: "false" } });
  try {
    const client = visitor(plain.url);
    expect(await client.policy()).toMatchObject({ data: { login: { code: false } } });
    expect(await requestLoginCode(client, person())).toMatchObject({
      error: { code: "not_found", status: 404 },
    });
  } finally {
    await plain.stop();
  }
});
