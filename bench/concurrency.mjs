/** Does the work for each item, that many at once. */
export async function forEachAtOnce(items, width, work) {
  let next = 0;
  const caller = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: width }, caller));
}
