import type { Transaction } from '../db/client.ts'

/**
 * Blacklists every refresh token of an account, those too that the original issued and that belong to no session: once
 * blacklisted they stay so, whatever becomes of the account.
 */
export async function blacklistTokensOf(tx: Transaction, userId: number, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id)
    SELECT ${now}, id FROM token_blacklist_outstandingtoken WHERE user_id = ${userId}
    ON CONFLICT (token_id) DO NOTHING`
}
