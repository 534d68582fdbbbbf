import type { ObjectView } from '../_object/object-view.ts'
import { groupObjectView } from './groups.tsx'
import { userObjectView } from './users.tsx'

/** The objects whose pages show something otherwise than their declarations say, by path. */
export const objectViews: ReadonlyMap<string, ObjectView> = new Map([userObjectView, groupObjectView])
