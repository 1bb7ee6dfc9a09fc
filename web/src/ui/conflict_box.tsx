// Somebody else changed what is being edited.

interface Props {
  what: string;
  /** Shows theirs and gives up what was typed. */
  onLoadTheirs: () => void;
  /** Stores what was typed on top of theirs. */
  onOverwrite: () => void;
}

export function ConflictBox({ what, onLoadTheirs, onOverwrite }: Props) {
  return (
    <div class="box box-warning" role="alert">
      <p>
        <strong>Somebody else has changed {what} in the meantime.</strong> Nothing of yours was stored.
      </p>
      <div class="row">
        <button type="button" class="small" onClick={onLoadTheirs}>
          Show theirs, drop mine
        </button>
        <button type="button" class="small secondary" onClick={onOverwrite}>
          Store mine over it
        </button>
      </div>
    </div>
  );
}
