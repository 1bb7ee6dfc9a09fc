// Signing in, first and again after a session has ended.

import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { find, isPortal, leave, nameOf, signIn, who } from "../session";
import { useAction } from "../ui/action";
import { useAskUntilBack } from "../ui/away_banner";
import { Dialog } from "../ui/dialog";
import { TextField } from "../ui/field";
import { ProblemBox } from "../ui/problem_box";
import { mayLeave } from "../ui/unsaved";
import { LinkProblem } from "./portal_door";

function SignInForm({ name }: { name: string }) {
  const [admin, setAdmin] = useState(name);
  const [password, setPassword] = useState("");
  const action = useAction();
  const submit = (event: Event): void => {
    event.preventDefault();
    void action.run(() => signIn(admin, password));
  };
  return (
    <form onSubmit={submit}>
      <ProblemBox problem={action.problem} />
      <TextField label="Admin" value={admin} onValue={setAdmin} required autocomplete="username" autofocus={!name} />
      <TextField
        label="Password"
        type="password"
        value={password}
        onValue={setPassword}
        required
        autocomplete="current-password"
        autofocus={name !== ""}
      />
      <button type="submit" aria-busy={action.busy}>
        Sign in
      </button>
    </form>
  );
}

/** `problem`: why it is not known whether somebody is signed in; until it is, nobody is asked for a password. */
export function SignInPage({ problem }: { problem: Problem | undefined }) {
  useAskUntilBack();
  if (problem)
    return (
      <main class="alone">
        <article>
          <h1>Tocsin</h1>
          <ProblemBox problem={problem} onRetry={() => void find()} />
        </article>
      </main>
    );
  return (
    <main class="alone">
      <article>
        <h1>Tocsin</h1>
        <p class="intro">Sign in to set up notifications and see what happened to them.</p>
        <SignInForm name="" />
        <details>
          <summary>No password yet?</summary>
          <p>
            On the server, give an admin one: <code>tocsin admin passwd admin</code>
          </p>
        </details>
      </article>
    </main>
  );
}

/** Over the page whose session has ended: what was typed there is kept. */
export function SignInAgain({ problem }: { problem: Problem | undefined }) {
  const giveUp = (): void => {
    if (mayLeave()) leave();
  };
  return (
    <Dialog title="You are signed out" onClose={giveUp}>
      {isPortal ? (
        <>
          <LinkProblem problem={problem} />
          <p>Your session has ended. Open the link to this page in your panel again.</p>
        </>
      ) : (
        <>
          <p>Your session has ended. Sign in to continue where you were; nothing on the page is lost.</p>
          <SignInForm name={nameOf(who.value)} />
        </>
      )}
      <button type="button" class="secondary" onClick={giveUp}>
        Leave the page
      </button>
    </Dialog>
  );
}
