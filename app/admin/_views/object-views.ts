import { groupObjectView } from './groups.tsx'
import { userObjectView } from './users.tsx'
import type { ObjectView } from './view.ts'

/** The objects whose pages show something otherwise than their declarations say, by path. */
export const objectViews: ReadonlyMap<string, ObjectView> = new Map([userObjectView, groupObjectView])
