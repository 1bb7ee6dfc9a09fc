// Where the panel begins: who is there decides what is shown.

import { render } from "preact";
import lazy, { ErrorBoundary } from "preact-iso/lazy";
import { LocationProvider, Router, Route } from "preact-iso/router";
import { useEffect } from "preact/hooks";
import { Layout } from "./layout";
import { begin, isPortal, state } from "./session";
import { SignInAgain, SignInPage } from "./pages/sign_in";
import { PortalDoor } from "./pages/portal_door";
import { NotFound } from "./pages/not_found";
import { keepFocus } from "./ui/focus_keeper";
import { Toasts } from "./ui/toast";
import { to } from "./ui/link";

// Each page is a file of its own that is loaded when it is first shown.
const Overview = lazy(() => import("./pages/overview/overview"));
const Channels = lazy(() => import("./pages/channels/channel_list"));
const NewChannel = lazy(() => import("./pages/channels/new_channel"));
const EditChannel = lazy(() => import("./pages/channels/edit_channel"));
const Triggers = lazy(() => import("./pages/triggers/trigger_page"));
const Deliveries = lazy(() => import("./pages/deliveries/delivery_list"));
const DeliveryDetail = lazy(() => import("./pages/deliveries/delivery_detail"));
const DeadLetters = lazy(() => import("./pages/dead_letters/dead_letter_page"));
const Customers = lazy(() => import("./pages/customers/customer_list"));
const CustomerDetail = lazy(() => import("./pages/customers/customer_detail"));
const Preferences = lazy(() => import("./pages/settings/preference_page"));
const Tokens = lazy(() => import("./pages/settings/token_page"));
const Admins = lazy(() => import("./pages/settings/admin_page"));
const Audit = lazy(() => import("./pages/settings/audit_page"));
const EventTypes = lazy(() => import("./pages/settings/event_type_page"));
const System = lazy(() => import("./pages/settings/system_page"));
const Settings = lazy(() => import("./pages/settings/settings_page"));

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
  useEffect(() => void begin(), []);
  const now = state.value;
  if (now.is === "asking") return <p class="alone" aria-busy="true">Loading…</p>;
  if (now.is === "nobody") return isPortal ? <PortalDoor problem={now.problem} /> : <SignInPage problem={now.problem} />;
  return (
    <LocationProvider>
      <Pages />
      {now.ended && <SignInAgain />}
    </LocationProvider>
  );
}

keepFocus();
render(
  <>
    <App />
    <Toasts />
  </>,
  document.getElementById("app")!,
);
