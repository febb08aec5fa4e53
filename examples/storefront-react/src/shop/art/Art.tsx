import { Blanket } from "./Blanket";
import { Book } from "./Book";
import { Cap } from "./Cap";
import { Hat } from "./Hat";
import { Lantern } from "./Lantern";
import { Mug } from "./Mug";

const drawings = { lantern: Lantern, cap: Cap, mug: Mug, blanket: Blanket, hat: Hat, book: Book };

export type ArtName = keyof typeof drawings;

/** A drawing on its coloured plate. The name stands beside it in text, so it is decoration for a screen reader. */
export function Art({ name }: { name: ArtName }) {
  const Drawing = drawings[name];
  return (
    <svg className={`art art-${name}`} viewBox="0 0 400 400" aria-hidden="true" focusable="false">
      <rect className="plate" width="400" height="400" />
      <Drawing />
    </svg>
  );
}
