import { announce } from "../parts/announce";
import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";
import { Art } from "../shop/art/Art";
import { addOne } from "../shop/basket";
import { euros, type Product } from "../shop/products";

export function ProductPage({ product }: { product: Product }) {
  const add = () => {
    addOne(product.slug);
    announce(`${product.name} is in your basket.`);
  };
  return (
    <article className="product">
      <Art name={product.art} />
      <div className="product-text">
        <p className="crumb">
          <Link href="/">All provisions</Link>
        </p>
        <PageHead title={product.name}>
          <p className="product-line">{product.line}</p>
        </PageHead>
        <p className="price price-large">{euros(product.cents)}</p>
        <button type="button" className="button" onClick={add}>
          Add to basket
        </button>
        <p className="product-story">{product.story}</p>
        <h2 className="visually-hidden">Details</h2>
        <ul className="facts">
          {product.facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      </div>
    </article>
  );
}
