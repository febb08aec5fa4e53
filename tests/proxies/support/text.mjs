/** Replaces each text that must be there: a recipe that was reworded must not be tested with its example's addresses. */
export function replaceAll(text, changes) {
  return changes.reduce((changed, [there, here]) => {
    if (!changed.includes(there)) throw new Error(`"${there}" is not in the recipe any more`);
    return changed.replaceAll(there, here);
  }, text);
}
