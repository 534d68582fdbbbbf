/** The API's description of what shownUser() returns to each audience. */
import * as z from 'zod/mini'
import { shapesShownTo } from '../fields/account.ts'

export const userShape = z.object(shapesShownTo('public')).register(z.globalRegistry, { id: 'User' })
export const ownUserShape = z.object(shapesShownTo('owner')).register(z.globalRegistry, { id: 'OwnUser' })
export const userItemShape = z.object(shapesShownTo('staff')).register(z.globalRegistry, { id: 'AdminUser' })
export const exportedUserShape = z.object(shapesShownTo('export')).register(z.globalRegistry, { id: 'ExportedUser' })
