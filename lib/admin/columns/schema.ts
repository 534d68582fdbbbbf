import * as z from 'zod/mini'
import { stringList } from '../../fields/choice.ts'

/** The columns to show; none, or the field left out, for those that the list shows by itself. */
export const chooseColumnsSchema = z.object({ columns: stringList({ label: 'Columns', optional: true }) })
export type ChooseColumnsInput = Partial<Record<'columns', string>>
