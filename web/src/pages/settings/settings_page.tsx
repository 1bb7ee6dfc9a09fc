// What is kept how long, and taking the configuration along.

import { configuration, stats } from "../../api/tocsin";
import type { Retention } from "../../api/types";
import { useAction } from "../../ui/action";
import { bytes } from "../../ui/bytes";
import { Copyable } from "../../ui/copy";
import { Link } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { Cell, Table } from "../../ui/table";
import { duration } from "../../ui/time";
import { toast } from "../../ui/toast";

const fileName = "tocsin.yaml";

interface Kept {
  what: string;
  option: string;
  now: string;
  meaning: string;
}

function keptOf(x: Retention): Kept[] {
  return [
    {
      what: "Events, deliveries and attempts",
      option: "storage.event_retention",
      now: duration(x.event_seconds * 1000),
      meaning:
        "Counted from when an event was accepted. An event is removed with all its deliveries once they have ended, including dead letters; what is still owed is never removed. A repeated event is recognised for as long. The counts by the hour go with them.",
    },
    {
      what: "Audit log",
      option: "storage.audit_retention",
      now: duration(x.audit_seconds * 1000),
      meaning: "Who changed what; older entries are removed.",
    },
    {
      what: "Reserved room",
      option: "storage.reserve",
      now: bytes(x.reserve_bytes),
      meaning: "While less than this can be stored, new events are refused, so that the outcomes of what is owed can be recorded.",
    },
  ];
}

function RetentionSection({ retention }: { retention: Retention }) {
  return (
    <section aria-labelledby="retention">
      <h2 id="retention">Retention</h2>
      <Table caption="What is kept how long" columns={["What", "Option", "Now", "What it means"]}>
        {keptOf(retention).map((x) => (
          <tr key={x.option}>
            <Cell name="What">{x.what}</Cell>
            <Cell name="Option">
              <code>{x.option}</code>
            </Cell>
            <Cell name="Now">{x.now}</Cell>
            <Cell name="What it means">{x.meaning}</Cell>
          </tr>
        ))}
      </Table>
      <p>
        These options are in the configuration file of <code>tocsind</code> on its machine (<code>/etc/tocsin/tocsin.toml</code>, or the file
        that <code>--config</code> names) and take effect when it is restarted. The panel cannot change them. The room of what is removed is
        reused; the file does not shrink: see <Link path="/system">System</Link>.
      </p>
    </section>
  );
}

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has it by then; what is not let go of stays in memory.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function ExportSection() {
  const action = useAction();
  const download = async (): Promise<void> => {
    const text = await action.run(configuration.export);
    if (text === undefined) return;
    save(text);
    toast(`The configuration is in ${fileName}.`);
  };
  return (
    <section aria-labelledby="export">
      <h2 id="export">Export</h2>
      <p>
        Custom event types, admins, customers, preferences and channels as a file for version control, or for another Tocsin. Secrets are not included: each is
        replaced by the name of a variable. Passwords, tokens and the history stay here.
      </p>
      <ProblemBox problem={action.problem} />
      <button type="button" aria-busy={action.busy} onClick={download}>
        Download {fileName}
      </button>
      <p>On the command line, these commands export, compare and apply it:</p>
      <Copyable
        what="the commands"
        text={`tocsin config export > ${fileName}\ntocsin config diff ${fileName}\ntocsin config apply ${fileName}`}
      />
    </section>
  );
}

export default function SettingsPage() {
  const found = useLoad(stats.find, []);
  return (
    <PageFrame title="Settings">
      <Show of={found}>{(now) => <RetentionSection retention={now.retention} />}</Show>
      <ExportSection />
    </PageFrame>
  );
}
