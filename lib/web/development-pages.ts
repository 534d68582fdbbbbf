import { settings } from '../settings.ts'

/** Pages of development machines, with everything below each. */
const DEVELOPMENT_PAGES = ['/dev']

/** Whether a page is there in development alone, and this is none. The page itself asks again. */
export const isAbsentPage = (pathname: string) =>
  settings().production && DEVELOPMENT_PAGES.some((page) => pathname === page || pathname.startsWith(`${page}/`))
