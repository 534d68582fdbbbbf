import { blacklistedTokenAdmin } from '#lib/admin/models/tokens/blacklisted-tokens'
import { outstandingTokenAdmin } from '#lib/admin/models/tokens/outstanding-tokens'
import { accountCell } from '../_ui/values.tsx'
import { viewOf } from './view.ts'

interface Owned {
  user_id: number | null
  email: string | null
}

const cells = { user_id: ({ user_id, email }: Owned) => accountCell(user_id, email) }

export const outstandingTokenView = viewOf(outstandingTokenAdmin, { cells, empty: 'No refresh token has been given out yet.' })
export const blacklistedTokenView = viewOf(blacklistedTokenAdmin, { cells, empty: 'No refresh token is blacklisted.' })
