// A text that people take with them.

import { toast } from "./toast";

interface Props {
  text: string;
  /** What it is, for the button's name. */
  what: string;
}

export function CopyButton({ text, what }: Props) {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      toast(`Copied ${what}.`);
    } catch {
      toast("The browser does not let this page copy. Mark the text and copy it by hand.");
    }
  };
  return (
    <button type="button" class="small secondary" onClick={copy} aria-label={`Copy ${what}`}>
      Copy
    </button>
  );
}

/** A text to copy, shown in full. */
export function Copyable({ text, what }: Props) {
  return (
    <div class="copyable">
      <pre tabIndex={0} aria-label={what}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
