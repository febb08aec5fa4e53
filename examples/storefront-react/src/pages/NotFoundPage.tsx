import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";

export function NotFoundPage() {
  return (
    <div className="narrow">
      <PageHead title="Nothing here but fog" />
      <p>
        This address leads nowhere. <Link href="/">Back to the shop</Link>
      </p>
    </div>
  );
}
