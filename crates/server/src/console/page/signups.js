// The newest customers: their row and their live sessions, as they stand in the database.
import { byId, clock, element, fill, terms } from "./dom.js";

export function showSignUps(customers) {
  byId("nobody").hidden = customers.length > 0;
  fill(byId("signup-list"), customers, ({ row }) => row.id, entry);
}

function entry({ row, sessions }) {
  const live = sessions.length === 1 ? "1 session" : `${sessions.length} sessions`;
  return element(
    "li",
    {},
    element(
      "details",
      {},
      element(
        "summary",
        {},
        element("span", { class: "who" }, row.email),
        element("span", { class: "aside" }, row.name ? `${row.name}, ${live}` : live),
        element("time", { datetime: row.created_at }, clock(row.created_at)),
      ),
      element("h3", {}, "customers"),
      terms(cells(row)),
      sessions.map((session, place) => [
        element(
          "h3",
          {},
          sessions.length === 1 ? "sessions" : `sessions, ${place + 1} of ${sessions.length}`,
        ),
        terms(cells(session)),
      ]),
    ),
  );
}

function cells(row) {
  return Object.entries(row).map(([column, value]) => [column, value === null ? "NULL" : String(value)]);
}
