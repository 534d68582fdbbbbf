interface Props {
  id: string
  name: string
  label: string
  /** What the form holds where that is not `on`: of several boxes of one name, which ones are ticked. */
  value?: string
  defaultChecked?: boolean
  disabled?: boolean
}

/** A box to tick. Ticked, the form holds `name=on`; otherwise it does not name it. */
export function Checkbox({ label, ...input }: Props) {
  return (
    <div className="checkbox">
      <input type="checkbox" {...input} />
      <label htmlFor={input.id}>{label}</label>
    </div>
  )
}
