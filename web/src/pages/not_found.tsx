import { Link } from "../ui/link";
import { PageFrame } from "../ui/page";

export function NotFound() {
  return (
    <PageFrame title="There is no such page">
      <p>
        The address may be mistyped, or what it showed no longer exists. <Link path="/">Go to the first page</Link>.
      </p>
    </PageFrame>
  );
}
