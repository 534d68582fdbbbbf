/** What every account has besides its address: asked for at the sign-up, in either way, and changed in the profile. */
import { Field, type FieldProps } from './field.tsx'

type Own = Omit<FieldProps, 'label' | 'type'>

export const NameField = (field: Own) => (
  <Field {...field} label="Full name" type="text" autoComplete="name" spellCheck={false} dir="auto" required />
)

export const PhoneField = (field: Own) => (
  <Field {...field} label="Phone number" type="tel" autoComplete="tel" inputMode="tel" dir="ltr" required />
)
