import type { MetadataRoute } from 'next'
import { settings } from '#lib/settings'

// APP_NAME is read when the server starts, not when it is built.
export const dynamic = 'force-dynamic'

/** What a browser needs to put the site on a home screen (W3C Web Application Manifest). */
export default function manifest(): MetadataRoute.Manifest {
  const { APP_NAME } = settings()
  return {
    name: APP_NAME,
    short_name: APP_NAME,
    start_url: '/dashboard',
    display: 'minimal-ui',
    background_color: '#f7f9f6',
    theme_color: '#f7f9f6',
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/apple-icon.png', sizes: '180x180', type: 'image/png' },
    ],
  }
}
