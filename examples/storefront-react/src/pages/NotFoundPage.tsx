import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";
import { Art } from "../shop/art/Art";

export function NotFoundPage() {
  return (
    <div className="narrow">
      <PageHead title="Nothing here but fog" />
      <p>
        This address leads nowhere. <Link href="/">Back to the shop</Link>
      </p>
      <div className="lost">
        <Art name="hat" />
      </div>
    </div>
  );
}
