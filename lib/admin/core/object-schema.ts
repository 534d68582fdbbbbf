/** The fields of an object's forms, and of what the API takes and answers, by its declaration. */
import * as z from 'zod/mini'
import { account, boolean, choice, datetime, idList, MAX_INTEGER, number } from '../../fields/choice.ts'
import { email, MAX_EMAIL_LENGTH } from '../../fields/credentials.ts'
import { type Field, type FieldsSchema, type FieldValue, text } from '../../fields/text.ts'
import { permissionShape } from '../permissions/list-permissions.ts'
import type { AdminField, ModelAdmin } from './declaration.ts'
import { formFields } from './read-object.ts'

/** A group that something is in. */
export const groupShape = z.object({ id: z.int(), name: z.string() })

type Declared = Pick<ModelAdmin, 'fields' | 'fieldsets' | 'addFieldsets' | 'readonlyFields' | 'related'>

const TEXT_LENGTH = 255

/** Something that is seen: neither spaces nor what has no shape. */
const VISIBLE = /[^\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u

function inputField({ label, kind, maxLength = TEXT_LENGTH, blank = false, choices = [] }: AdminField): Field<FieldValue> {
  const options = { label, blank, optional: blank }
  const orNull = { label, optional: blank, ...(blank && { empty: null }) }
  switch (kind) {
    case 'boolean':
      return boolean({ label, optional: true })
    case 'groups':
    case 'permissions':
      return idList({ label, optional: true })
    case 'integer':
      return number({ ...orNull, min: -MAX_INTEGER, max: MAX_INTEGER })
    case 'account':
      return account(orNull)
    case 'datetime':
      return datetime(orNull)
    case 'choice':
      return choice(choices, { label, optional: blank, ...(blank && { empty: '' }) })
    case 'email':
      return email({ ...options, maxLength: MAX_EMAIL_LENGTH })
    default:
      return text({ ...options, maxLength, check: (value) => (VISIBLE.test(value) ? [] : ['blank']) })
  }
}

const inputs = (admin: Declared, fieldsets: Declared['fieldsets']) =>
  Object.fromEntries(formFields(admin, fieldsets).map((field) => [field, inputField(admin.fields[field] as AdminField)]))

export const addSchema = (admin: Declared): FieldsSchema => z.object(inputs(admin, admin.addFieldsets))

/** All may be left out; what is left out stays as it is. */
export const changeSchema = (admin: Declared): FieldsSchema =>
  z.object({ ...inputs(admin, admin.fieldsets), version: text({ label: 'Version', maxLength: 64 }) })

function valueShape({ kind, nullable, blank }: AdminField): z.ZodMiniType {
  if (kind === 'boolean') return z.boolean()
  if (kind === 'permissions') return z.array(permissionShape)
  if (kind === 'groups') return z.array(groupShape)
  if (kind === 'integer' || kind === 'account') return nullable || blank ? z.nullable(z.int()) : z.int()
  const shape = kind === 'datetime' ? z.iso.datetime() : z.string()
  return nullable || (blank && kind === 'datetime') ? z.nullable(shape) : shape
}

const called = (name: string) => name.replace(/(^|[ _])(\w)/g, (_, _gap, letter: string) => letter.toUpperCase())

/** What a model is called where a name is one word: `Group`. */
export const typeName = ({ verboseName }: Pick<ModelAdmin, 'verboseName'>) => called(verboseName)
export const pluralTypeName = ({ verboseNamePlural }: Pick<ModelAdmin, 'verboseNamePlural'>) => called(verboseNamePlural)

const shapes = ({ fields }: Declared, wanted: (field: AdminField) => boolean) =>
  Object.fromEntries(Object.entries(fields).flatMap(([field, declared]) => (wanted(declared) ? [[field, valueShape(declared)]] : [])))

/** A row of the list. */
export const itemShape = (admin: Declared & Pick<ModelAdmin, 'verboseName'>) =>
  z.object({ id: z.int(), ...shapes(admin, ({ column }) => column !== undefined) }).register(z.globalRegistry, { id: typeName(admin) })

/** An object with all of its fields. */
export const detailShape = (admin: Declared & Pick<ModelAdmin, 'verboseName'>) =>
  z
    .object({
      id: z.int(),
      ...shapes(admin, ({ column, through }) => column !== undefined || through !== undefined),
      ...Object.fromEntries(admin.related.map(({ name }) => [name, z.int()])),
      version: z.string(),
    })
    .register(z.globalRegistry, { id: `${typeName(admin)}Detail` })
