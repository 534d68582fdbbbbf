/**
 * What Enter presses, first in its form: Django's "Save". Without it that would be whatever button comes first, a picker's
 * search. The server sees by `_enter` that no button was chosen (lib/http/form-search.ts).
 * @param next where the form leads then; none where the server knows that alone
 */
export function DefaultButton({ next }: { next?: string }) {
  return (
    <>
      {next !== undefined && <input type="hidden" name="next" value={next} />}
      <button type="submit" className="visually-hidden" name="_enter" value="1" tabIndex={-1} aria-hidden="true">
        Save
      </button>
    </>
  )
}
