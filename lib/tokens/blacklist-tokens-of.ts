/**
 * Simple JWT's list of refused refresh tokens, for Django to read, which knows of no sessions. Once blacklisted they stay so,
 * even if the account is deleted later. One statement each: a token that is blacklisted concurrently causes no conflict.
 */
import type { Transaction } from '../db/client.ts'
import { expiryCutoffAnywhere } from './refresh-token.ts'

/**
 * Blacklists an account's refresh tokens, those too that Django issued and that belong to no session.
 * @param except the session whose tokens stay good
 */
export async function blacklistTokensOf(tx: Transaction, userId: number, now: Date, except: string | null = null): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id)
    SELECT ${now}, id FROM token_blacklist_outstandingtoken
    WHERE user_id = ${userId} AND expires_at > ${expiryCutoffAnywhere(now)} AND (session_id IS NULL OR session_id <> ${except ?? ''})
    ON CONFLICT (token_id) DO NOTHING`
}

/** Blacklists a session's refresh tokens. */
export async function blacklistTokensOfSession(tx: Transaction, sid: string, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id)
    SELECT ${now}, id FROM token_blacklist_outstandingtoken WHERE session_id = ${sid} AND expires_at > ${expiryCutoffAnywhere(now)}
    ON CONFLICT (token_id) DO NOTHING`
}
