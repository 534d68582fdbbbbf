import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'

/** What Django REST framework's BooleanField takes, in lower case. */
const TRUE = ['true', 't', 'yes', 'y', 'on', '1']
const FALSE = ['false', 'f', 'no', 'n', 'off', '0', '']

export const isTrue = (value: string | undefined) => value !== undefined && TRUE.includes(value.toLowerCase())

/** What ending all sessions takes: whether the one that asks ends, too. */
export const logoutAllSchema = z.object({
  current: text({
    label: 'Current',
    optional: true,
    blank: true,
    check: (value) => ([...TRUE, ...FALSE].includes(value.toLowerCase()) ? [] : ['not_a_boolean']),
  }),
})

export type LogoutAllInput = Partial<z.infer<typeof logoutAllSchema>>
