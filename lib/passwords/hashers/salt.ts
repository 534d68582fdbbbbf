import { randomInt } from 'node:crypto'

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** 131 bits in 22 characters, as Django's; it renews a hash whose salt has fewer than 128. */
const LENGTH = 22

/** A new salt, as text of letters and digits (Django's BasePasswordHasher.salt). */
export const newSalt = () => Array.from({ length: LENGTH }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('')
