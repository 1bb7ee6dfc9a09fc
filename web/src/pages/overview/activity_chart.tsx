// The chart of the last day, with the same as a table for those who do not see it.

import { useEffect, useReducer, useRef } from "preact/hooks";
import uPlot from "uplot";
import { useLoad } from "../../ui/load";
import { Show } from "../../ui/page";
import { readActivity, type Activity, type Hour, type Kind } from "./activity";

const refreshMs = 60_000;
const height = 180;
const number = new Intl.NumberFormat();
/** As short as there is room for beside the chart: `5K`. */
const short = new Intl.NumberFormat(undefined, { notation: "compact" });

/** How far apart the lines of the grid may be: 1, 2, 5, 10 and so on, to far more than an hour can have. */
const gridSteps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((x) => x * 10 ** power)).flat();

const series: readonly { kind: Kind; label: string; colour: string }[] = [
  { kind: "delivered", label: "Delivered", colour: "--good" },
  { kind: "failed", label: "Failed attempts", colour: "--busy" },
  { kind: "retried", label: "Will be retried", colour: "--warn" },
  { kind: "dead_letters", label: "Dead letters", colour: "--bad" },
  { kind: "suppressed", label: "Suppressed", colour: "--quiet" },
];

const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function dataOf(hours: readonly Hour[]): uPlot.AlignedData {
  return [hours.map((x) => x.at), ...series.map(({ kind }) => hours.map((x) => x.counts[kind]))];
}

function optionsOf(width: number): uPlot.Options {
  const axis = { stroke: () => colourOf("--faint"), grid: { stroke: () => colourOf("--pico-muted-border-color"), width: 1 } };
  return {
    width,
    height,
    legend: { live: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
    axes: [axis, { ...axis, size: 44, incrs: gridSteps, values: (_, at) => at.map((x) => short.format(x)) }],
    series: [
      {},
      ...series.map(({ label, colour }) => ({
        label,
        stroke: () => colourOf(colour),
        width: 2,
        points: { show: false },
      })),
    ],
  };
}

function Chart({ hours }: { hours: readonly Hour[] }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>();
  const [look, restyle] = useReducer((x: number) => x + 1, 0);
  // The legend keeps the colours it was made with, so everything is rebuilt when the theme changes.
  useEffect(() => {
    const changed = (): void => restyle(undefined);
    const themes = new MutationObserver(changed);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", changed);
    return () => {
      themes.disconnect();
      system.removeEventListener("change", changed);
    };
  }, []);
  useEffect(() => {
    const box = place.current;
    if (!box) return undefined;
    const plot = new uPlot(optionsOf(box.clientWidth), dataOf(hours), box);
    chart.current = plot;
    const fit = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height }));
    fit.observe(box);
    return () => {
      fit.disconnect();
      plot.destroy();
    };
  }, [look]);
  useEffect(() => chart.current?.setData(dataOf(hours)), [hours]);
  return <div ref={place} class="chart" aria-hidden="true" />;
}

function Numbers({ hours }: { hours: readonly Hour[] }) {
  const busy = hours.filter((x) => series.some(({ kind }) => x.counts[kind] > 0));
  return (
    <div class="visually-hidden">
      <table>
        <caption>Deliveries of the last 24 hours, by hour</caption>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            {series.map((x) => (
              <th scope="col" key={x.kind}>
                {x.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {busy.map((hour) => (
            <tr key={hour.at}>
              <th scope="row">{new Date(hour.at * 1000).toLocaleTimeString()}</th>
              {series.map((x) => (
                <td key={x.kind}>{hour.counts[x.kind]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function ActivityChart() {
  const found = useLoad<Activity>(readActivity, [], refreshMs);
  return (
    <section class="card" aria-labelledby="activity">
      <h2 id="activity">The last 24 hours</h2>
      <Show of={found}>
        {({ hours, total }) => (
          <>
            <p class="field-help">
              {series.map(({ kind, label }) => `${label}: ${number.format(total[kind])}`).join(" · ")}
            </p>
            <Chart hours={hours} />
            <Numbers hours={hours} />
          </>
        )}
      </Show>
    </section>
  );
}
