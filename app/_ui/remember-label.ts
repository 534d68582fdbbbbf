import { formatDuration } from '#lib/mail/render-email'
import { rememberedIdleTimeout, rememberedLifetime } from '#lib/sessions/lifetimes'

/** The label of "Keep me signed in", with what the settings make of it. */
export function rememberLabel(): string {
  const idle = rememberedIdleTimeout()
  const untilUnused = idle === null ? '' : `, or until ${formatDuration(idle)} without use`
  return `Keep me signed in for ${formatDuration(rememberedLifetime())}${untilUnused}`
}
