import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { App } from "./App";
import { documentTitle, routes } from "./routes";

export type StaticPage = { path: string; title: string; html: string };

/** Every page as it looks before anybody knows who is there: nothing about a customer is in it. */
export function renderPages(): StaticPage[] {
  return routes.map((route) => ({
    path: route.path,
    title: documentTitle(route),
    html: renderToString(
      <StrictMode>
        <App initialPath={route.path} />
      </StrictMode>,
    ),
  }));
}
