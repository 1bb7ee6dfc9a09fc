// The frame around every page: the name, the ways to all pages, who is signed in.

import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso/router";
import { useEffect, useState } from "preact/hooks";
import { isPortal, nameOf, signOut, who } from "./session";
import { chooseTheme, theme, type Theme } from "./theme";
import { useAction } from "./ui/action";
import { AwayBanner } from "./ui/away_banner";
import { Icon } from "./ui/icon";
import { to } from "./ui/link";
import { PauseBanner } from "./ui/pause_banner";
import { ProblemBox } from "./ui/problem_box";
import { mayLeave } from "./ui/unsaved";

interface Entry {
  path: string;
  label: string;
}

const forAdmins: readonly { title: string; entries: readonly Entry[] }[] = [
  {
    title: "Notifications",
    entries: [
      { path: "/", label: "Overview" },
      { path: "/channels", label: "Channels" },
      { path: "/triggers", label: "Triggers" },
      { path: "/preferences", label: "Preferences" },
    ],
  },
  {
    title: "History",
    entries: [
      { path: "/deliveries", label: "Deliveries" },
      { path: "/dead-letters", label: "Dead letters" },
      { path: "/audit", label: "Audit log" },
    ],
  },
  {
    title: "Administration",
    entries: [
      { path: "/customers", label: "Customers" },
      { path: "/admins", label: "Admins" },
      { path: "/tokens", label: "API tokens" },
      { path: "/event-types", label: "Event types" },
      { path: "/system", label: "System" },
      { path: "/settings", label: "Settings" },
    ],
  },
];

const forCustomers: typeof forAdmins = [
  {
    title: "Notifications",
    entries: [
      { path: "/channels", label: "Channels" },
      { path: "/triggers", label: "Events" },
      { path: "/preferences", label: "Preferences" },
      { path: "/deliveries", label: "Deliveries" },
    ],
  },
];

/** Whether the page at `path` belongs to the entry. */
function isCurrent(entry: Entry, path: string): boolean {
  const own = to(entry.path);
  if (entry.path === "/") return path === own || path === own.slice(0, -1);
  return path === own || path.startsWith(`${own}/`);
}

function ThemeChoice() {
  return (
    <select
      aria-label="Colours"
      class="small"
      value={theme.value}
      onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
    >
      <option value="system">System colours</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </select>
  );
}

function Navigation({ path }: { path: string }) {
  return (
    <nav aria-label="Pages">
      {(isPortal ? forCustomers : forAdmins).map((group) => (
        <section key={group.title}>
          <p class="nav-title">{group.title}</p>
          <ul>
            {group.entries.map((x) => (
              <li key={x.path}>
                <a href={to(x.path)} aria-current={isCurrent(x, path) ? "page" : undefined}>
                  {x.label}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

export function Layout({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const [open, setOpen] = useState(false);
  const leaving = useAction();
  useEffect(() => setOpen(false), [path]);
  return (
    <div class="frame">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="side">
        <div class="brand">
          <a href={to("/")}>Tocsin</a>
          <button
            type="button"
            class="menu small secondary"
            aria-expanded={open}
            aria-controls="side-content"
            onClick={() => setOpen(!open)}
          >
            <Icon name="menu" /> Menu
          </button>
        </div>
        <div id="side-content" class={open ? "side-content open" : "side-content"}>
          <Navigation path={path} />
          <div class="me">
            <p>
              Signed in as <strong>{nameOf(who.value)}</strong>
            </p>
            <ThemeChoice />
            <button
              type="button"
              class="small secondary"
              aria-busy={leaving.busy}
              onClick={() => {
                if (mayLeave()) void leaving.run(signOut);
              }}
            >
              Sign out
            </button>
            <ProblemBox problem={leaving.problem} />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <AwayBanner />
        {!isPortal && <PauseBanner />}
        {children}
      </main>
    </div>
  );
}
