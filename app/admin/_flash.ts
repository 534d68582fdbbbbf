/** What the last form of the admin area left for the page that it leads to. */
import { headers } from 'next/headers'
import { type Flash, readFlash } from '#lib/http/flash'
import type { FormState } from '../_request.ts'

export const currentFlash = async (): Promise<Flash | null> => readFlash((await headers()).get('cookie'))

/** @param page the form's page; whatever its query was */
export async function adminFormState(page: string): Promise<FormState> {
  const flash = await currentFlash()
  return flash?.form.split('?')[0] === page ? { errors: flash.errors ?? {}, values: flash.values ?? {} } : { errors: {}, values: {} }
}
