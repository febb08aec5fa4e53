import type { ArtName } from "./art/Art";

export type Product = {
  slug: string;
  name: string;
  cents: number;
  art: ArtName;
  line: string;
  story: string;
  facts: readonly string[];
};

export const products: readonly Product[] = [
  {
    slug: "storm-lantern",
    name: "Storm lantern",
    cents: 8400,
    art: "lantern",
    line: "Burns eighteen hours, ignores the wind.",
    story:
      "Spun brass around a globe of thick glass. The draught is drawn in from above, so a gust feeds the flame instead of ending it. Hang it in the porch and the last one home will find the steps.",
    facts: [
      "Brass and borosilicate glass",
      "30 cm tall, 1.1 kg",
      "Lamp oil, cotton wick",
      "Every part can be bought again",
    ],
  },
  {
    slug: "watch-cap",
    name: "Watch cap",
    cents: 3800,
    art: "cap",
    line: "Two layers of wool, one fold, no label outside.",
    story:
      "Knitted in the round from the wool of island sheep, which keep more of their grease than most. It sheds drizzle, dries on a nail by the stove and is warm while it does.",
    facts: [
      "100 % wool, undyed or madder red",
      "One size, long enough to fold",
      "Knitted in the round, no seam",
      "Wash cold, or hardly ever",
    ],
  },
  {
    slug: "enamel-mug",
    name: "Enamel mug",
    cents: 1900,
    art: "mug",
    line: "Half a pint, for hands that need warming.",
    story:
      "Steel, dipped twice and fired twice. The rim is rolled so that it does not bite, and the handle takes a glove. It will chip one day; it will not care.",
    facts: [
      "Enamelled steel, 300 ml",
      "Stove, fire and dishwasher",
      "Rolled rim",
      "Seconds are sold at half price",
    ],
  },
  {
    slug: "signal-blanket",
    name: "Signal blanket",
    cents: 14600,
    art: "blanket",
    line: "Four flags that say: stay where you are.",
    story:
      "Woven in one piece from the flags of the international code. Read from the top left it asks for nothing and promises a quiet evening. Heavy enough that nobody will make you get up.",
    facts: [
      "Lambswool, 140 × 190 cm",
      "Woven, not printed",
      "1.4 kg",
      "Moth-proofed with cedar, sent in a sack",
    ],
  },
  {
    slug: "souwester",
    name: "Sou’wester",
    cents: 6200,
    art: "hat",
    line: "Sends the rain past your collar.",
    story:
      "Cotton proofed with linseed oil, cut long at the back as it has been for two hundred years. The flaps tie under the chin when it gets serious and over the crown when it does not.",
    facts: [
      "Oiled cotton, flannel lining",
      "Sizes S to XL",
      "Re-proof once a year",
      "Smells of boats for a week",
    ],
  },
  {
    slug: "log-book",
    name: "Log book",
    cents: 2400,
    art: "book",
    line: "A year of weather, one line a day.",
    story:
      "Columns for wind, glass, sky and remarks. The paper takes a pencil when it is damp and the cover takes a wet sleeve. People who keep one say that the winters got shorter.",
    facts: [
      "384 pages, sewn, lies flat",
      "Stone-coloured waterproof cloth",
      "13 × 21 cm",
      "Pencil and ribbon included",
    ],
  },
];

export function productBySlug(slug: string): Product | undefined {
  return products.find((product) => product.slug === slug);
}

/** Written by hand, because `Intl` data differs between the build machine and the browser, and hydration compares. */
export function euros(cents: number): string {
  return `€${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}
