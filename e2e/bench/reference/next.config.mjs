import { join } from 'node:path'

/** A Next application that does next to nothing: what Latchkey's figures are ratios of. */
export default {
  poweredByHeader: false,
  skipTrailingSlashRedirect: true,
  turbopack: { root: join(import.meta.dirname, '..', '..', '..') },
  serverExternalPackages: ['pg'],
}
