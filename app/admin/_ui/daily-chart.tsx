import type { DailyCount } from '#lib/admin/audit/daily-counts'
import { countWords, numberWords } from './admin-words.ts'

interface Props {
  id: string
  title: string
  days: DailyCount[]
  /** What is counted: of one, of several. */
  unit: [one: string, many: string]
  /** More of it is no good news. */
  warning?: boolean
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const dayWords = (day: string) => DAY.format(new Date(`${day}T00:00:00Z`))

const HEIGHT = 80
const STEP = 12
const BAR = 8

/** A count for each day: as bars, and as figures for whoever reads rather than looks. */
export function DailyChart({ id, title, days, unit, warning = false }: Props) {
  const total = days.reduce((sum, { count }) => sum + count, 0)
  const most = Math.max(...days.map(({ count }) => count), 1)
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? '']
  return (
    <section className="card chart" aria-labelledby={`${id}-title`} data-warning={warning || undefined}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p className="chart-total">
        {numberWords(total)} <span>in {days.length} days</span>
      </p>
      <svg
        className="bars"
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${countWords(total, ...unit)} from ${dayWords(first)} to ${dayWords(last)}, ${numberWords(Math.max(...days.map(({ count }) => count)))} on the day with most`}
      >
        {days.map(({ day, count }, index) => {
          const height = count === 0 ? 1.5 : Math.max((count / most) * (HEIGHT - 4), 4)
          return (
            <rect
              key={day}
              className={count === 0 ? 'bar-none' : 'bar'}
              x={index * STEP + (STEP - BAR) / 2}
              y={HEIGHT - height}
              width={BAR}
              height={height}
            />
          )
        })}
      </svg>
      <p className="chart-axis" aria-hidden="true">
        <span>{dayWords(first)}</span>
        <span>{dayWords(last)}</span>
      </p>
      <details>
        <summary>
          Figures<span className="visually-hidden"> of {title.toLowerCase()}</span>
        </summary>
        <table className="figures">
          <caption className="visually-hidden">{title} by day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Count</th>
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map(({ day, count }) => (
              <tr key={day}>
                <th scope="row">{dayWords(day)}</th>
                <td>{numberWords(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}
