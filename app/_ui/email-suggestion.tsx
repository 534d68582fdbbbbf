interface Props {
  /** The address that was probably meant; null when there is nothing to suggest. */
  address: string | null
  onTake: (address: string) => void
}

/** "Did you mean …?" with a one-click fix. It never blocks: the address may well be right. */
export function EmailSuggestion({ address, onTake }: Props) {
  return (
    <div role="status">
      {address && (
        <p className="hint">
          Did you mean{' '}
          <button type="button" className="button-link" onClick={() => onTake(address)}>
            {address}
          </button>
          ?
        </p>
      )}
    </div>
  )
}
