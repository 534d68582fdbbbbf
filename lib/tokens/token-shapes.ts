/** The tokens that answers carry, as the API's description has them. */
import * as z from 'zod/mini'

export const tokenPairShape = z.object({ refresh: z.string(), access: z.string() }).register(z.globalRegistry, { id: 'TokenPair' })

/** With ROTATE_REFRESH_TOKENS the old refresh token's successor comes along. */
export const refreshedShape = z
  .object({ access: z.string(), refresh: z.optional(z.string()) })
  .register(z.globalRegistry, { id: 'RefreshedTokens' })
