import { DoorstepProvider } from "@doorstep/react";
import { account } from "./account-client";
import { Announcer } from "./parts/Announcer";
import { Footer } from "./parts/Footer";
import { Header } from "./parts/Header";
import { InitialPath, usePath } from "./router/location";
import { useRouteFocus } from "./router/useRouteFocus";
import { documentTitle, routeFor } from "./routes";

function Shop() {
  const path = usePath();
  const route = routeFor(path);
  useRouteFocus(path, documentTitle(route));
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        {route.page}
      </main>
      <Footer />
      <Announcer />
    </>
  );
}

export function App({ initialPath }: { initialPath: string }) {
  return (
    <DoorstepProvider client={account}>
      <InitialPath value={initialPath}>
        <Shop />
      </InitialPath>
    </DoorstepProvider>
  );
}
