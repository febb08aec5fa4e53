import { StrictMode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./App";
import { normalise } from "./router/location";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root element.");

const path = normalise(location.pathname);
const app = (
  <StrictMode>
    <App initialPath={path} />
  </StrictMode>
);

// An unknown address gets the front page's file from the server: only a page's own HTML can be hydrated.
if (root.dataset.path === path) {
  hydrateRoot(root, app);
} else {
  root.replaceChildren();
  createRoot(root).render(app);
}
