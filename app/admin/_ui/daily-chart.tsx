import type { DailyCount } from '#lib/admin/models/audit/daily-counts'
import { capitalize, formatCount, formatNumber } from '../../_ui/format-text.ts'

export interface Series {
  label: string
  /** Twice as many days as are shown: those before them are what they are compared with. */
  days: DailyCount[]
  /** More of it is no good news. */
  warning?: boolean
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** `24 Nov`. @param day of UTC, `2026-11-24` */
export const dayWords = (day: string) => DAY.format(new Date(`${day}T00:00:00Z`))

export const isMonday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay() === 1

const sumOf = (days: DailyCount[]) => days.reduce((sum, { count }) => sum + count, 0)

/** The days shown, and those before them. */
export const halves = ({ days }: Series): [before: DailyCount[], shown: DailyCount[]] => [
  days.slice(0, days.length / 2),
  days.slice(days.length / 2),
]

/** The day with most, the latest of several; null where there is nothing. */
export function peakOf(days: DailyCount[]): (DailyCount & { index: number }) | null {
  const most = Math.max(...days.map(({ count }) => count), 0)
  const index = days.findLastIndex(({ count }) => count === most)
  const peak = days[index]
  return most === 0 || peak === undefined ? null : { ...peak, index }
}

/** How a total compares with that of the days before. */
export function changeWords(total: number, before: number, days: number): string {
  const than = `in the ${days} days before`
  if (total === before) return total === 0 ? `None ${than} either` : `As many as ${than}`
  if (before === 0) return `None ${than}`
  if (total === 0) return `${formatNumber(before)} ${than}`
  const share = Math.round((Math.abs(total - before) / before) * 100)
  const amount = share > 999 ? `${formatNumber(Math.round(total / before))} times as many as` : share < 1 ? 'about as many as' : null
  if (amount !== null) return `${capitalize(amount)} ${than}`
  return `${share}% ${total > before ? 'more' : 'fewer'} than ${than}`
}

interface Props {
  id: string
  title: string
  /** One, or two of which the second stands on the first. */
  series: Series[]
  /** What is counted: of one, of several. */
  unit: readonly [one: string, many: string]
  /** Where the rows behind it are listed. */
  more?: { href: string; label: string }
}

const WIDTH = 480
const STEP = WIDTH / 30
/** The plot's upper and lower edge, and where the days are written. */
const [TOP, BOTTOM, AXIS] = [28, 134, 158]

/** The bars of one day, one on the other; today, which is not over, is only outlined. */
function Day({ series, index, most }: { series: Series[]; index: number; most: number }) {
  const parts = series.map((one) => ({ one, count: halves(one)[1][index]?.count ?? 0 }))
  const [, shown] = halves(series[0] as Series)
  const [x, width] = [index * STEP + STEP * 0.16, STEP * 0.68]
  const isToday = index === shown.length - 1
  let bottom = BOTTOM
  return (
    <g fillOpacity={isToday ? 0.3 : undefined} strokeWidth={isToday ? 1.5 : 0}>
      <title>{`${dayWords(shown[index]?.day ?? '')}: ${parts
        .map(({ one, count }) => (series.length > 1 ? `${formatNumber(count)} ${one.label.toLowerCase()}` : formatNumber(count)))
        .join(', ')}`}</title>
      <rect fill="transparent" x={index * STEP} y={TOP} width={STEP} height={BOTTOM - TOP} />
      {parts.map(({ one, count }) => {
        if (count === 0) return null
        const height = Math.max((count / most) * (BOTTOM - TOP), 3)
        bottom -= height
        const color = one.warning ? 'var(--warning)' : 'var(--accent)'
        return <rect key={one.label} fill={color} stroke={color} x={x} y={bottom} width={width} height={height} rx={1.5} />
      })}
    </g>
  )
}

/** Text that stays within the picture wherever the day stands. */
const anchorAt = (index: number, days: number) => (index < 5 ? 'start' : index > days - 6 ? 'end' : 'middle')
const placeAt = (index: number, days: number) => (index < 5 ? index : index > days - 6 ? index + 1 : index + 0.5) * STEP

function Picture({ series, label }: { series: Series[]; label: string }) {
  const shown = series.map((one) => halves(one)[1])
  const days = (shown[0] ?? []).map(({ day }, index) => ({ day, count: shown.reduce((sum, one) => sum + (one[index]?.count ?? 0), 0) }))
  const peak = peakOf(days)
  const middle = Math.floor(days.length / 2)
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${AXIS + 8}`} role="img" aria-label={label}>
      {days.map(({ day }, index) => (
        <g key={day}>
          <Day series={series} index={index} most={peak?.count ?? 1} />
          {isMonday(day) && <line stroke="var(--border-control)" x1={index * STEP} x2={index * STEP} y1={BOTTOM} y2={BOTTOM + 5} />}
        </g>
      ))}
      <line stroke="var(--text)" strokeWidth={1.5} x1={0} x2={WIDTH} y1={BOTTOM} y2={BOTTOM} />
      {peak && (
        <text className="chart-strong" x={placeAt(peak.index, days.length)} y={TOP - 8} textAnchor={anchorAt(peak.index, days.length)}>
          {formatNumber(peak.count)} <tspan>{peak.index === days.length - 1 ? 'today' : `on ${dayWords(peak.day)}`}</tspan>
        </text>
      )}
      <text x={0} y={AXIS}>
        {dayWords(days[0]?.day ?? '')}
      </text>
      <text x={(middle + 0.5) * STEP} y={AXIS} textAnchor="middle">
        {dayWords(days[middle]?.day ?? '')}
      </text>
      <text className="chart-strong" x={WIDTH} y={AXIS} textAnchor="end">
        Today
      </text>
    </svg>
  )
}

/** The figures behind the picture. */
function Figures({ title, series }: Pick<Props, 'title' | 'series'>) {
  const shown = series.map((one) => halves(one)[1])
  return (
    <details>
      <summary>
        Figures<span className="visually-hidden"> of {title.toLowerCase()}</span>
      </summary>
      <table className="figures number">
        <caption className="visually-hidden">{title} by day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {series.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(shown[0] ?? [])
            .map(({ day }, index, { length }) => (
              <tr key={day}>
                <th scope="row">
                  {dayWords(day)}
                  {index === length - 1 && ', so far'}
                </th>
                {shown.map((one, at) => (
                  <td key={series[at]?.label}>{formatNumber(one[index]?.count ?? 0)}</td>
                ))}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </details>
  )
}

/** Counts by day: their sum, how it compares with the days before, a picture of the days, and the figures. */
export function DailyChart({ id, title, series, unit, more }: Props) {
  const sums = series.map((one) => ({ one, sums: halves(one).map(sumOf) as [number, number] }))
  const [before, total] = sums.reduce(([old, now], { sums: [past, present] }) => [old + past, now + present], [0, 0])
  const [, shown] = halves(series[0] as Series)
  const change = changeWords(total, before, shown.length)
  const parts = sums.map(({ one, sums: [, present] }) => `${formatNumber(present)} ${one.label.toLowerCase()}`).join(', ')
  const label = `${formatCount(total, ...unit)} from ${dayWords(shown[0]?.day ?? '')} until today${series.length > 1 ? `: ${parts}` : ''}. ${change}.`
  return (
    <section className="stack chart" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p className="total number">
        {formatNumber(total)} <span>in {shown.length} days</span>
      </p>
      <p className="trend secondary" data-trend={total > before ? 'up' : total < before ? 'down' : undefined}>
        {change}
      </p>
      <Picture series={series} label={label} />
      {series.length > 1 && (
        <ul className="chart-key row">
          {sums.map(({ one, sums: [, present] }) => (
            <li key={one.label} data-tone={one.warning ? 'warning' : undefined}>
              {one.label}: {formatNumber(present)}
            </li>
          ))}
        </ul>
      )}
      <Figures title={title} series={series} />
      {more && (
        <p>
          <a href={more.href}>{more.label}</a>
        </p>
      )}
    </section>
  )
}
