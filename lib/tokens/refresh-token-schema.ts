import * as z from 'zod/mini'
import { text } from '../fields/text.ts'

/** What refreshing, blacklisting and logging out take: a refresh token (Simple JWT's serializers). */
export const refreshTokenSchema = z.object({ refresh: text({ label: 'Refresh' }) })

export type RefreshTokenInput = z.infer<typeof refreshTokenSchema>
