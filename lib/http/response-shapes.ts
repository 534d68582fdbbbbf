/** Bodies that many answers have, as the API's description has them. */
import * as z from 'zod/mini'

/** A sentence for people. */
export const detailShape = z.object({ detail: z.string() }).register(z.globalRegistry, { id: 'Message' })

export const emptyShape = z.object({}).register(z.globalRegistry, { id: 'Empty' })
