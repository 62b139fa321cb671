import { useInWords } from "../people/time";
import type { Day } from "./journal";
import { useOfficerWords } from "./useOfficerWords";

const WIDTH = 600;
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 10;

/** Two lines; the table beside it has the same figures for who does not see it. */
export function Plot({ days }: { days: Day[] }) {
  const { trend } = useOfficerWords();
  const inWords = useInWords();
  const most = Math.max(1, ...days.flatMap(({ refused, emergencies }) => [refused ?? 0, emergencies ?? 0]));
  const x = (place: number) => LEFT + (place * (WIDTH - LEFT - TOP)) / Math.max(1, days.length - 1);
  const y = (count: number) => HEIGHT - BOTTOM - (count * (HEIGHT - BOTTOM - TOP)) / most;
  const points = (of: (day: Day) => number | undefined) =>
    days.flatMap((day, place) => (of(day) === undefined ? [] : [`${x(place)},${y(of(day) as number)}`])).join(" ");
  return (
    <figure className="plot">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={trend.plot}>
        <line className="axis" x1={LEFT} y1={y(0)} x2={WIDTH - TOP} y2={y(0)} />
        <line className="axis" x1={LEFT} y1={TOP} x2={LEFT} y2={y(0)} />
        <text x={LEFT - 6} y={y(most) + 8} textAnchor="end">
          {most}
        </text>
        <text x={LEFT - 6} y={y(0)} textAnchor="end">
          0
        </text>
        <text x={LEFT} y={HEIGHT - 6}>
          {inWords(days[0]?.day ?? "")}
        </text>
        <text x={WIDTH - TOP} y={HEIGHT - 6} textAnchor="end">
          {inWords(days.at(-1)?.day ?? "")}
        </text>
        <polyline className="refused" points={points(({ refused }) => refused)} />
        <polyline className="emergency" points={points(({ emergencies }) => emergencies)} />
      </svg>
      <figcaption>
        <span className="refused">━ {trend.refused}</span> <span className="emergency">┅ {trend.emergency}</span>
      </figcaption>
    </figure>
  );
}
