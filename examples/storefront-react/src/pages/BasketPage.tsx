import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";
import { Art } from "../shop/art/Art";
import { setCount, useBasket } from "../shop/basket";
import { euros, type Product, products } from "../shop/products";

function Line({ product, count }: { product: Product; count: number }) {
  return (
    <li className="basket-line">
      <Art name={product.art} />
      <div>
        <h2>
          <Link href={`/product/${product.slug}`}>{product.name}</Link>
        </h2>
        <p className="price">{euros(product.cents)}</p>
      </div>
      <fieldset className="stepper" aria-label={`How many: ${product.name}`}>
        <button type="button" aria-label="One less" onClick={() => setCount(product.slug, count - 1)}>
          −
        </button>
        <output aria-live="polite">{count}</output>
        <button type="button" aria-label="One more" onClick={() => setCount(product.slug, count + 1)}>
          +
        </button>
      </fieldset>
      <p className="price basket-sum">{euros(product.cents * count)}</p>
    </li>
  );
}

export function BasketPage() {
  const basket = useBasket();
  const lines = products.flatMap((product) => {
    const count = basket[product.slug];
    return count ? [{ product, count }] : [];
  });
  const total = lines.reduce((sum, line) => sum + line.product.cents * line.count, 0);
  return (
    <div className="narrow">
      <PageHead title="Basket" />
      {lines.length === 0 ? (
        <p className="empty">
          Nothing in it yet. <Link href="/">Look at the provisions</Link>
        </p>
      ) : (
        <>
          <ul className="basket-lines">
            {lines.map((line) => (
              <Line key={line.product.slug} {...line} />
            ))}
          </ul>
          <p className="basket-total">
            <span>Together</span> <span className="price">{euros(total)}</span>
          </p>
          <p className="quiet">The basket stays in this browser. This made-up shop cannot be paid.</p>
        </>
      )}
    </div>
  );
}
