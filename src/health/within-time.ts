/**
 * The answer of `work`, or what `otherwise` makes when it takes longer. What is late is not waited for, and what it
 * throws then is nobody's concern.
 *
 * @internal
 */
export function withinTime<T>(ms: number, work: Promise<T>, otherwise: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(otherwise()), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
