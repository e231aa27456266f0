/**
 * Short names of two files that tell them apart: the last folder and the file, and as many folders more as it
 * takes. `paths` are with `/`. The same path twice gives the same name twice.
 */
export function distinctNames(first: string, second: string): readonly [string, string] {
  const [a, b] = [first, second].map((path) => path.split('/').filter((part) => part !== ''));
  if (a === undefined || b === undefined) return [first, second];
  const longest = Math.max(a.length, b.length);
  const name = (parts: readonly string[], count: number) => parts.slice(-count).join('/');
  let count = 2;
  while (count < longest && name(a, count) === name(b, count)) count++;
  return [name(a, count), name(b, count)];
}
