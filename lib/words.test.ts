/** Words and names that the project does not use, with what it says instead (docs/glossary.md). */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

interface RetiredWord {
  pattern: RegExp
  instead: string
  /** Lines that may have it, because it means something else there. */
  allowed?: RegExp
}

const RETIRED: RetiredWord[] = [
  { pattern: /\bMOST_[A-Z]/, instead: 'MAX_*' },
  { pattern: /stands? until/i, instead: 'is valid until, expires at' },
  { pattern: /\b[a-z]+Letters?\b|\bletterTo\b|MAX_LETTERS|interface Letter|letter-(?!spacing)/, instead: 'email' },
  { pattern: /courier/i, instead: 'mail worker' },
  { pattern: /tally|tallie[sd]/i, instead: 'daily mail stats', allowed: /accounts_mailtally/ },
  { pattern: /\bgave up\b|\bgiven up\b/i, instead: 'failed' },
  { pattern: /\bdeeds?\b|\bdeeds\.ts/i, instead: 'action, bulk action' },
  { pattern: /\bhouse\b/i, instead: 'project' },
  { pattern: /(?<!Math\.)\bfloors?\b/i, instead: 'layer, minimum' },
  { pattern: /\bdoors?\b/i, instead: 'endpoint, page', allowed: /illustration|className="mark-door"|front door/i },
  { pattern: /lib\/gate\b|\bgate\/|passGate/, instead: 'lib/jwt, lib/web' },
  { pattern: /\blapsed|Lapsed/, instead: 'expired' },
  // A stored reason why a session ended.
  { pattern: /proven/i, instead: 'verified, unverified', allowed: /'ownership_proven'/ },
  { pattern: /counts? no longer/i, instead: 'is no longer valid' },
  {
    pattern: /\bnobody\b/i,
    instead: 'no one, or the active voice',
    // Made-up email addresses, PgBouncer's system user, and two sentences for users.
    allowed: /nobody(?:@|-at-all|')|Nobody can look it up|so nobody else can/,
  },
  { pattern: /\bsomebody\b/i, instead: 'someone, a user, an attacker' },
  { pattern: /\bwhoever\b/i, instead: 'anyone who, the user who' },
  { pattern: /\b(?:anybody|everybody)\b/i, instead: 'anyone, everyone' },
  { pattern: /\bmeanwhile\b/i, instead: 'since then, at the same time' },
  { pattern: /\blest\b/i, instead: 'so that … not' },
  { pattern: /\bwhat stands\b/i, instead: 'what is active, what is there' },
  { pattern: /\b(?:that|which|it|one) is none\b/i, instead: 'say what is invalid or missing' },

  {
    pattern: /stillStanding|standsUntil|endOfUse|endAllSessions|beginLogin\b|\bLoggedIn\b|liveUser/,
    instead:
      'activeSessionWhere, sessionExpiresAt, expiryCutoff, revokeSession, revokeAllSessions, claimLogin, LoginResult, loadActiveUser',
  },
  {
    pattern: /steadyTime|steady-time|requireOwnPassword|own-password|personalWords|moveToAddress/i,
    instead: 'withMinimumDuration, requireCurrentPassword, similarity-attributes, changeEmail',
  },
  {
    pattern: /voidOneTimeTokens|claimOneTimeToken|requireOneTimeToken|superseded|canBeTakenBack/,
    // The status of a decision.
    allowed: /`superseded/,
    instead: 'invalidateOneTimeTokens, consumeOneTimeToken, consumeOrThrow, replaced, isReservedForUndo',
  },
  {
    pattern: /\brights?Of|Rights\b|whyUntouchable|untouchableAmong|RecentProof/,
    instead: 'permissions, editDeniedReason, notEditableAmong, requireRecentAuthentication',
  },
  { pattern: /KeyFlaw|flawOf|stampOf/, instead: 'keyWeakness, fileVersion' },
  {
    pattern: /whoseDraft|noteUser|noteRefusal|reportFault|valuesToShow|askToProve|answer-shapes|successAnswer|refusedFields/,
    instead:
      'draftOwner, setRequestUser, setPageError, logServerError, valuesToRedisplay, redirectToReauthentication, responses, errorFields',
  },
  {
    pattern: /giveBack|sparesSuccess|isHopeless|\btriesOf|LateStore/,
    instead: 'release, countsFailuresOnly, isFatal, CounterEntry, StoreTimeout',
  },
  {
    pattern: /changedMeanwhile|lockForChange|-words\b/i,
    allowed: /data-words/,
    instead: 'EditConflict, withPermissionAudit, lockUserForEdit, *-labels, *-messages',
  },
  {
    pattern: /proven_again|session_over_before|one_session_over|throttle_over|mail_outdated/,
    instead: 'reauthenticated, session_expired, session_already_ended, throttle_already_reset, email_link_expired',
  },
]

const ROOT = resolve(import.meta.dirname, '..')
const EXEMPT = ['lib/words.test.ts', 'docs/glossary.md']

const files = [
  ...['lib', 'app', 'e2e', 'docs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  ),
  ...readdirSync(ROOT).filter((name) => /\.(?:ts|md)$/.test(name)),
].filter((file) => /\.(?:tsx?|mjs|css|md)$/.test(file) && !/(?:^|\/)generated\//.test(file) && !EXEMPT.includes(file))

const lines = files.flatMap((file) => [
  { place: file, text: file },
  ...readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .map((text, index) => ({ place: `${file}:${index + 1}`, text })),
])

for (const { pattern, instead, allowed } of RETIRED) {
  it(`no file says ${pattern.source}: the word is "${instead}"`, () => {
    const hits = lines.filter(({ text }) => pattern.test(text) && !allowed?.test(text))
    expect(hits.map(({ place, text }) => `${place}: ${text.trim()}`)).toEqual([])
  })
}
