import type { ReactNode } from "react";

/** Each page has one heading, and it can take the focus when the page changes. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="page-head">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </div>
  );
}
