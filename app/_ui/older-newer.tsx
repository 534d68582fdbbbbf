/** Links from one page of a long list to the next; nothing where there is one. */
export function OlderNewer({ label, newer, older }: { label: string; newer: string | null; older: string | null }) {
  if (newer === null && older === null) return null
  return (
    <nav className="pages" aria-label={label}>
      {newer !== null && (
        <a href={newer} rel="prev">
          Newer
        </a>
      )}
      {older !== null && (
        <a href={older} rel="next">
          Older
        </a>
      )}
    </nav>
  )
}
