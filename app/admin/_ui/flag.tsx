import { LINE } from '../../_ui/icons.tsx'

/** A yes or no, as sign and as word: neither colour nor shape alone says it. */
export function Flag({ value, words = ['Yes', 'No'] }: { value: boolean; words?: [yes: string, no: string] }) {
  return (
    <span className="flag" data-on={value || undefined}>
      <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
        <circle fill={value ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth="1.5" cx="10" cy="10" r="8.5" />
        <path
          {...LINE}
          stroke={value ? 'var(--background)' : 'currentColor'}
          d={value ? 'm5.8 10.4 2.8 2.8 5.6-5.9' : 'm6.8 6.8 6.4 6.4M13.2 6.8l-6.4 6.4'}
        />
      </svg>
      {words[value ? 0 : 1]}
    </span>
  )
}
