import type { Resolver } from 'react-hook-form'
import { passwordsMatch } from '#lib/fields/new-password'
import { codePoints } from '#lib/fields/text'
import type { FieldsSchema } from '#lib/fields/validate'
import { schemaResolver, type Values } from './schema-resolver.ts'

/** What a schema with a new password says of a form, and the two rules that can be told without the server. */
export function newPasswordResolver(schema: FieldsSchema, minLength: number): Resolver<Values> {
  const checkSchema = schemaResolver(schema)
  return async (values, context, options) => {
    const { errors } = await checkSchema(values, context, options)
    const password = String(values.password ?? '')
    const confirm_password = String(values.confirm_password ?? '')
    if (!errors.password && codePoints(password) < minLength) {
      errors.password = { type: 'custom', message: `password_too_short:${minLength}` }
    }
    if (!errors.password && !errors.confirm_password && !passwordsMatch({ password, confirm_password })) {
      errors.confirm_password = { type: 'custom', message: 'password_mismatch' }
    }
    return Object.keys(errors).length > 0 ? { values: {}, errors } : { values, errors: {} }
  }
}
