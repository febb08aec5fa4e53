import { Link } from "../router/Link";
import { itemCount, useBasket } from "../shop/basket";
import { AccountSlot } from "./AccountSlot";
import { Mark } from "./Mark";

export function Header() {
  const count = itemCount(useBasket());
  return (
    <header className="header">
      <Link className="brand" href="/">
        <Mark />
        <span>Gale &amp; Kettle</span>
      </Link>
      <nav className="header-nav" aria-label="Shop">
        <Link className="basket-link" href="/basket">
          Basket
          <span className="basket-count" data-empty={count === 0 || undefined}>
            {count}
            <span className="visually-hidden">{count === 1 ? " item" : " items"}</span>
          </span>
        </Link>
        <AccountSlot />
      </nav>
    </header>
  );
}
