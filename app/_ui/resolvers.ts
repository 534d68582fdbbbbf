/** What forms are checked by in the browser: their endpoints’ own schemas. */
import { zodResolver } from '@hookform/resolvers/zod'
import type { Resolver } from 'react-hook-form'
import { passwordsMatch } from '#lib/fields/credentials'
import { codePoints, type FieldsSchema } from '#lib/fields/text'

/** A form's values by field name: texts, which the schema still checks. */
export type Values = Record<string, unknown>

/** Checks a form in the browser with the very schema that the endpoint has; the messages are its error codes. */
export const schemaResolver = (schema: FieldsSchema): Resolver<Values> => zodResolver(schema)

/**
 * What a schema with a new password says of a form, and the two rules that can be told without the server.
 * @param minLength in code points
 * @param twice whether the form asks for the password a second time
 */
export function newPasswordResolver(schema: FieldsSchema, minLength: number, twice = true): Resolver<Values> {
  const checkSchema = schemaResolver(schema)
  return async (values, context, options) => {
    const password = String(values.password ?? '')
    const confirm_password = twice ? String(values.confirm_password ?? '') : password
    const { errors } = await checkSchema({ ...values, confirm_password }, context, options)
    if (!errors.password && codePoints(password) < minLength) {
      errors.password = { type: 'custom', message: `password_too_short:${minLength}` }
    }
    if (password !== '' && !errors.confirm_password && !passwordsMatch({ password, confirm_password })) {
      errors.confirm_password = { type: 'custom', message: 'password_mismatch' }
    }
    return Object.keys(errors).length > 0 ? { values: {}, errors } : { values, errors: {} }
  }
}
