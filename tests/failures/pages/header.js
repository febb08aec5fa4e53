// A shop's header that knows who is signed in: once as many write it, once with the kit. Rendered on a server and in a page.

export const plainHeader = ({ createElement }) =>
  function Header() {
    const name = typeof localStorage === "undefined" ? null : localStorage.getItem("customer");
    return createElement("p", { id: "header" }, name ?? "Log in");
  };

export const kitHeader = ({ createElement }, { DoorstepProvider, useSession }, client) => {
  function Header() {
    const { status, customer } = useSession();
    return createElement("p", { id: "header", "data-session": status }, customer?.name ?? "Account");
  }
  return () => createElement(DoorstepProvider, { client }, createElement(Header));
};
