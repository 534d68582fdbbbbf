interface Props {
  id: string
  name: string
  label: string
  defaultChecked?: boolean
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
