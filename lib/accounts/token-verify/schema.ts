import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'

export const tokenVerifySchema = z.object({ token: text({ label: 'Token' }) })

export type TokenVerifyInput = z.infer<typeof tokenVerifySchema>
