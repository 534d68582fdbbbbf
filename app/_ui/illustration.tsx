/** Illustrations of the product, in the colors of app/styles/tokens.css. A team that has its own replaces this file. */
export type DoorState = 'closed' | 'open'

const GLAZING_BARS = [30, 60, 90, 120, 150]
  .map((degrees) => {
    const [x, y] = [Math.cos((degrees * Math.PI) / 180), -Math.sin((degrees * Math.PI) / 180)]
    return `M${(240 + 46 * x).toFixed(1)} ${(232 + 46 * y).toFixed(1)}L${(240 + 140 * x).toFixed(1)} ${(232 + 140 * y).toFixed(1)}`
  })
  .join('')

const PANEL_ROWS = [
  { y: 276, height: 84 },
  { y: 388, height: 124 },
  { y: 566, height: 112 },
]
const PANELS = PANEL_ROWS.flatMap((row) => [124, 258].map((x) => ({ ...row, x })))

function ClosedLeaf() {
  return (
    <g>
      <path fill="var(--illustration-paint)" d="M100 252h280v448H100z" />
      {PANELS.map(({ x, y, height }) => (
        <g key={`${x} ${y}`}>
          <rect fill="var(--illustration-paint-shade)" x={x} y={y} width="98" height={height} rx="3" />
          <rect fill="var(--illustration-paint-light)" x={x + 8} y={y + 8} width="82" height={height - 16} rx="2" />
        </g>
      ))}
      <rect fill="var(--illustration-brass)" x="186" y="530" width="108" height="18" rx="4" />
      <rect fill="var(--illustration-brass-shade)" x="196" y="537" width="88" height="4" rx="2" />
      <circle fill="var(--illustration-brass-shade)" cx="240" cy="449" r="17" />
      <circle fill="var(--illustration-brass)" cx="240" cy="446" r="15" />
      <circle fill="var(--illustration-brass)" cx="368" cy="440" r="10" />
      <path fill="none" stroke="var(--illustration-brass)" strokeWidth="5" d="M368 440v22" />
      <circle fill="none" stroke="var(--illustration-brass)" strokeWidth="5" cx="368" cy="470" r="8" />
      <path fill="var(--illustration-light)" d="m361 480 14-1 6 8 3 40-24 2-3-40Z" />
      <circle fill="var(--illustration-paint)" cx="369" cy="489" r="3" />
    </g>
  )
}

function OpenLeaf() {
  return (
    <g>
      <path fill="var(--illustration-light)" d="M100 252h280v448H100z" />
      <path fill="var(--illustration-brass)" opacity="0.55" d="M184 640h196v60H100z" />
      <path fill="var(--illustration-paint)" d="M100 252 184 282V640L100 700Z" />
      {[
        'M114 286 134 293V362L114 360ZM150 299 170 306V366L150 364Z',
        'M114 388 134 389V494L114 500ZM150 390 170 391V484L150 489Z',
        'M114 534 134 527V636L114 650ZM150 522 170 515V612L150 626Z',
      ].map((d) => (
        <path key={d} fill="var(--illustration-paint-shade)" d={d} />
      ))}
      <circle fill="var(--illustration-brass)" cx="175" cy="500" r="6" />
    </g>
  )
}

/** The front door of the illustrations. @param state open on pages that welcome a user in */
export function DoorIllustration({ state }: { state: DoorState }) {
  return (
    <svg className="illustration" viewBox="0 0 480 740" width="480" height="740" aria-hidden="true" focusable="false">
      <path fill="var(--illustration-stone)" d="M52 716V232a188 188 0 0 1 376 0v484Z" />
      <path fill="var(--illustration-stone-shade)" d="M76 716V232a164 164 0 0 1 328 0v484h-8V232a156 156 0 0 0-312 0v484Z" />
      <path fill="var(--illustration-stone)" d="m220 34 8 44h24l8-44-20-8Z" />
      <path fill="var(--illustration-glass)" d="M92 240a148 148 0 0 1 296 0Z" />
      <path fill="none" stroke="var(--illustration-stone)" strokeWidth="7" d={`${GLAZING_BARS}M194 232a46 46 0 0 1 92 0`} />
      <path fill="var(--illustration-stone)" d="M84 232h312v22H84z" />
      <path fill="var(--illustration-stone-shade)" d="M84 250h312v4H84z" />
      {state === 'open' ? <OpenLeaf /> : <ClosedLeaf />}
      <path fill="var(--illustration-stone)" d="M30 700h420v18H30z" />
      <path fill="var(--illustration-stone-shade)" d="M8 718h464v22H8z" />
      {state === 'open' && <path fill="var(--illustration-light)" opacity="0.6" d="M100 700h280l58 40H42Z" />}
    </svg>
  )
}

/** A key, for the panel with the user's name. */
export function KeyIllustration() {
  return (
    <svg className="key-illustration" viewBox="0 0 260 120" width="260" height="120" aria-hidden="true" focusable="false">
      <path
        fill="var(--illustration-brass)"
        d="M196 4a56 56 0 1 1 0 112 56 56 0 0 1-53.5-40H132l-8-9-9 9H98l-9-9-9 9H65l-9-8-9 8H26L6 58l18-14h118.500A56 56 0 0 1 196 4Z"
      />
      <path fill="var(--illustration-brass-shade)" d="M24 56h118v5H22z" />
      <circle fill="var(--illustration-paint)" cx="214" cy="60" r="17" />
    </svg>
  )
}
