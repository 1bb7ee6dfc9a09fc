// A text that people take with them.

import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";

interface Props {
  text: string;
  /** What it is, for the button's name. */
  what: string;
}

interface ButtonProps extends Props {
  /** Where the text stands: it is marked where the browser does not let the page copy. */
  place: RefObject<HTMLElement>;
}

/** Says beside itself whether it has copied, as what stands elsewhere is not seen from within a dialog. */
export function CopyButton({ text, what, place }: ButtonProps) {
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    try {
      // Over plain HTTP there is no clipboard.
      await navigator.clipboard.writeText(text);
      setSaid("Copied.");
    } catch {
      if (place.current) window.getSelection()?.selectAllChildren(place.current);
      setSaid("The browser does not let this page copy. The text is marked: copy it by hand.");
    }
  };
  return (
    <span class="copy">
      <button type="button" class="small secondary" onClick={copy} aria-label={`Copy ${what}`}>
        Copy
      </button>
      <span role="status">{said}</span>
    </span>
  );
}

/** A text to copy, shown in full. */
export function Copyable({ text, what }: Props) {
  const place = useRef<HTMLElement>(null);
  return (
    <div class="copyable">
      <pre tabIndex={0} aria-label={what}>
        <code ref={place}>{text}</code>
      </pre>
      <CopyButton key={text} text={text} what={what} place={place} />
    </div>
  );
}
