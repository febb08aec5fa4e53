import { HeroScene } from "../parts/HeroScene";
import { Link } from "../router/Link";
import { Art } from "../shop/art/Art";
import { euros, type Product, products } from "../shop/products";

function Card({ product, number }: { product: Product; number: number }) {
  return (
    <li className="card">
      <Art name={product.art} />
      <div className="card-text">
        <p className="card-number" aria-hidden="true">
          No. {number}
        </p>
        <h3>
          <Link href={`/product/${product.slug}`}>{product.name}</Link>
        </h3>
        <p className="card-line">{product.line}</p>
        <p className="price">{euros(product.cents)}</p>
      </div>
    </li>
  );
}

export function HomePage() {
  return (
    <>
      <section className="hero">
        <div className="hero-text">
          <p className="eyebrow">Provisions for bad weather</p>
          <h1 tabIndex={-1}>
            A storm is coming. <em>Put the kettle on.</em>
          </h1>
          <p className="hero-line">
            Lanterns, wool and oilskin for people who look at a black sky and are secretly pleased.
          </p>
          <a className="button" href="#provisions">
            See the provisions
          </a>
        </div>
        <HeroScene />
      </section>
      <dl className="forecast" aria-label="Forecast">
        <div>
          <dt>Wind</dt>
          <dd>South-west 7 to severe gale 9</dd>
        </div>
        <div>
          <dt>Sky</dt>
          <dd>Rain, then more of it</dd>
        </div>
        <div>
          <dt>Indoors</dt>
          <dd>Good, occasionally very good</dd>
        </div>
      </dl>
      <section className="shelf" aria-labelledby="provisions">
        <h2 id="provisions">Six things, made properly</h2>
        <ul className="cards">
          {products.map((product, index) => (
            <Card key={product.slug} product={product} number={index + 1} />
          ))}
        </ul>
      </section>
    </>
  );
}
