/** The front door that Latchkey opens: a Georgian one, drawn in the tokens' colours so that dusk falls on it in the dark. */
export type DoorState = 'closed' | 'open'

const GLAZING_BARS = [30, 60, 90, 120, 150]
  .map((degrees) => {
    const [x, y] = [Math.cos((degrees * Math.PI) / 180), -Math.sin((degrees * Math.PI) / 180)]
    return `M${(240 + 46 * x).toFixed(1)} ${(232 + 46 * y).toFixed(1)}L${(240 + 140 * x).toFixed(1)} ${(232 + 140 * y).toFixed(1)}`
  })
  .join('')

const PANELS = [282, 386, 548].flatMap((y, row) => [128, 252].map((x) => ({ x, y, height: [76, 134, 124][row] ?? 0 })))

function ClosedLeaf() {
  return (
    <g>
      <path className="door-leaf" d="M100 252h280v448H100z" />
      {PANELS.map(({ x, y, height }) => (
        <g key={`${x} ${y}`}>
          <rect className="door-groove" x={x} y={y} width="100" height={height} rx="3" />
          <rect className="door-panel" x={x + 8} y={y + 8} width="84" height={height - 16} rx="2" />
        </g>
      ))}
      <rect className="door-brass" x="188" y="528" width="104" height="16" rx="4" />
      <rect className="door-brass-shade" x="196" y="534" width="88" height="4" rx="2" />
      <circle className="door-brass-shade" cx="360" cy="540" r="15" />
      <circle className="door-brass" cx="359" cy="537" r="13" />
      <circle className="door-brass" cx="360" cy="472" r="14" />
      <path className="door-hole" d="M360 464a5 5 0 0 1 2.4 9.4l1.6 7h-8l1.6-7A5 5 0 0 1 360 464Z" />
      <path className="door-key" d="M360 478v30M353 508a10 10 0 1 0 14 0 10 10 0 0 0-14 0Z" />
    </g>
  )
}

function OpenLeaf() {
  return (
    <g>
      <path className="door-inside" d="M100 252h280v448H100z" />
      <path className="door-floor" d="M184 640h196v60H100z" />
      <path className="door-leaf" d="M100 252 184 282V640L100 700Z" />
      {[
        'M114 286 134 293V362L114 360ZM150 299 170 306V366L150 364Z',
        'M114 388 134 389V494L114 500ZM150 390 170 391V484L150 489Z',
        'M114 534 134 527V636L114 650ZM150 522 170 515V612L150 626Z',
      ].map((d) => (
        <path key={d} className="door-groove" d={d} />
      ))}
      <circle className="door-brass" cx="175" cy="500" r="6" />
    </g>
  )
}

/** @param state open where somebody is welcomed in */
export function Door({ state }: { state: DoorState }) {
  return (
    <svg className="door" viewBox="0 0 480 760" width="480" height="760" aria-hidden="true" focusable="false">
      {state === 'open' && <path className="door-spill" d="M100 716h280l90 44H10Z" />}
      <path className="door-stone" d="M52 716V232a188 188 0 0 1 376 0v484Z" />
      <path className="door-stone-shade" d="M76 716V232a164 164 0 0 1 328 0v484h-8V232a156 156 0 0 0-312 0v484Z" />
      <path className="door-stone" d="m220 34 8 44h24l8-44-20-8Z" />
      <path className="door-glass" d="M92 240a148 148 0 0 1 296 0Z" />
      <path className="door-bars" d={`${GLAZING_BARS}M194 232a46 46 0 0 1 92 0`} />
      <path className="door-stone" d="M84 232h312v22H84z" />
      <path className="door-stone-shade" d="M84 250h312v4H84z" />
      {state === 'open' ? <OpenLeaf /> : <ClosedLeaf />}
      <path className="door-step" d="M30 700h420v18H30z" />
      <path className="door-step-shade" d="M8 718h464v22H8z" />
    </svg>
  )
}
