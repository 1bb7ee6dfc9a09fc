// Where the panel begins: who is there decides what is shown.

import { render, type ComponentType } from "preact";
import lazy, { ErrorBoundary } from "preact-iso/lazy";
import { LocationProvider, Router, Route } from "preact-iso/router";
import { useEffect } from "preact/hooks";
import { Layout } from "./layout";
import { begin, isPortal, state } from "./session";
import { SignInAgain, SignInPage } from "./pages/sign_in";
import { PortalDoor } from "./pages/portal_door";
import { NotFound } from "./pages/not_found";
import { NotLoaded } from "./pages/not_loaded";
import { keepFocus } from "./ui/focus_keeper";
import { Toasts } from "./ui/toast";
import { watchHistory } from "./ui/unsaved";
import { to } from "./ui/link";

/** A page as a separate file that is loaded when it is first shown. */
function page(load: () => Promise<{ default: ComponentType }>) {
  return lazy(() => load().catch(() => ({ default: NotLoaded })));
}

const Overview = page(() => import("./pages/overview/overview"));
const Channels = page(() => import("./pages/channels/channel_list"));
const NewChannel = page(() => import("./pages/channels/new_channel"));
const EditChannel = page(() => import("./pages/channels/edit_channel"));
const Triggers = page(() => import("./pages/triggers/trigger_page"));
const Deliveries = page(() => import("./pages/deliveries/delivery_list"));
const DeliveryDetail = page(() => import("./pages/deliveries/delivery_detail"));
const DeadLetters = page(() => import("./pages/dead_letters/dead_letter_page"));
const Customers = page(() => import("./pages/customers/customer_list"));
const CustomerDetail = page(() => import("./pages/customers/customer_detail"));
const Preferences = page(() => import("./pages/settings/preference_page"));
const Tokens = page(() => import("./pages/settings/token_page"));
const Admins = page(() => import("./pages/settings/admin_page"));
const Audit = page(() => import("./pages/settings/audit_page"));
const EventTypes = page(() => import("./pages/settings/event_type_page"));
const System = page(() => import("./pages/settings/system_page"));
const Settings = page(() => import("./pages/settings/settings_page"));

/** What admins and customers both have. */
const shared = [
  <Route path={to("/channels")} component={Channels} />,
  <Route path={to("/channels/new")} component={NewChannel} />,
  <Route path={to("/channels/:channel")} component={EditChannel} />,
  <Route path={to("/triggers")} component={Triggers} />,
  <Route path={to("/deliveries")} component={Deliveries} />,
  <Route path={to("/deliveries/:delivery")} component={DeliveryDetail} />,
  <Route path={to("/preferences")} component={Preferences} />,
];

const forAdmins = [
  <Route path={to("/")} component={Overview} />,
  <Route path={to("/dead-letters")} component={DeadLetters} />,
  <Route path={to("/customers")} component={Customers} />,
  <Route path={to("/customers/:customer")} component={CustomerDetail} />,
  <Route path={to("/tokens")} component={Tokens} />,
  <Route path={to("/admins")} component={Admins} />,
  <Route path={to("/event-types")} component={EventTypes} />,
  <Route path={to("/audit")} component={Audit} />,
  <Route path={to("/system")} component={System} />,
  <Route path={to("/settings")} component={Settings} />,
];

const forCustomers = [<Route path={to("/")} component={Channels} />];

function Pages() {
  return (
    <Layout>
      <ErrorBoundary>
        <Router>
          {shared}
          {isPortal ? forCustomers : forAdmins}
          <Route default component={NotFound} />
        </Router>
      </ErrorBoundary>
    </Layout>
  );
}

function App() {
  useEffect(begin, []);
  const now = state.value;
  if (now.is === "asking") return <p class="alone" aria-busy="true">Loading…</p>;
  if (now.is === "nobody") return isPortal ? <PortalDoor problem={now.problem} /> : <SignInPage problem={now.problem} />;
  return (
    <LocationProvider>
      <Pages />
      {now.ended && <SignInAgain problem={now.problem} />}
    </LocationProvider>
  );
}

keepFocus();
watchHistory();
render(
  <>
    <App />
    <Toasts />
  </>,
  document.getElementById("app")!,
);
