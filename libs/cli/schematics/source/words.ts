/** The words of a name in whatever case it is written. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());

/** `chargeCard`, `charge-card` → `charge_card`: names in templates. */
export const snakeCase = (name: string): string => wordsOf(name).join('_');

/** `charge-card`: names of files. */
export const kebabCase = (name: string): string => wordsOf(name).join('-');

/** `ChargeCard`: names of classes. */
export const pascalCase = (name: string): string =>
  wordsOf(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** @throws {Error} when nothing of the name could be the name of a class */
export function assertName(name: string, what: string): void {
  if (/^[A-Za-z]/.test(pascalCase(name))) return;
  throw new Error(`"${name}" is no name for a ${what}: it must have letters and digits, and begin with a letter.`);
}
