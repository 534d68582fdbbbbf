import { settings } from '../settings.ts'

/** Pages of development machines, with everything below each. */
const DEVELOPMENT_PAGES = ['/dev']

/** Whether a page exists only in development and this process is not a development server. The page itself checks again. */
export const isAbsentPage = (pathname: string) =>
  settings().production && DEVELOPMENT_PAGES.some((page) => pathname === page || pathname.startsWith(`${page}/`))
