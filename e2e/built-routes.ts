/** What the build that is tested serves: every page and route, as Next names them in its manifests. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isProtectedPage, PUBLIC_PAGES } from '../lib/web/routes.ts'
import { projectDirectory } from './places.ts'

export interface BuiltRoutes {
  /** With `[name]` for a variable part. */
  pages: string[]
  /** What answers without rendering a page. */
  routes: string[]
}

/** Next's own: the page for what is not found, and the one for a frame that fails. */
const OF_NEXT = ['/_not-found', '/_global-error']

const readManifest = async (...path: string[]): Promise<unknown> =>
  JSON.parse(await readFile(join(projectDirectory, '.next', ...path), 'utf8'))

export async function builtRoutes(): Promise<BuiltRoutes> {
  const entries = Object.entries((await readManifest('app-path-routes-manifest.json')) as Record<string, string>)
  const ending = (kind: string) => entries.filter(([file]) => file.endsWith(`/${kind}`)).map(([, path]) => path)
  // A pages directory would be served, too.
  const older = Object.keys((await readManifest('server', 'pages-manifest.json')) as object).filter((path) => path !== '/500')
  return { pages: [...ending('page').filter((path) => !OF_NEXT.includes(path)), ...older].sort(), routes: ending('route').sort() }
}

/** The server actions of the build, each of which would be a way in of its own. */
export async function serverActions(): Promise<string[]> {
  const { node, edge } = (await readManifest('server', 'server-reference-manifest.json')) as Record<'node' | 'edge', object>
  return [...Object.keys(node), ...Object.keys(edge)]
}

/** An address of a page: something stands in for its variable parts, for a model one that has all of its pages. */
export const addressOf = (page: string) => page.replace('[model]', 'groups').replace(/\[[^\]]+\]/g, '1')

export async function protectedPages(): Promise<string[]> {
  return (await builtRoutes()).pages.filter(isProtectedPage)
}

/** Pages declared neither public nor protected (lib/web/routes.ts). */
export const undeclared = (pages: string[]) => pages.filter((page) => !isProtectedPage(page) && !PUBLIC_PAGES.includes(page))
