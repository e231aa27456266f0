import { parse, visit } from 'jsonc-parser';

const lenient = { allowTrailingComma: true };

/**
 * The value of a JSON text that has been checked. `base` is where it begins in the file, `nonFinite` the numbers
 * that stand masked, by their offsets in the file.
 */
export function jsonValue(text: string, base: number, nonFinite: ReadonlyMap<number, number>): unknown {
  if (nonFinite.size > 0) return builtValue(text, base, nonFinite);
  return strictValue(text) ?? (parse(text, [], lenient) as unknown);
}

/** By the engine's own parser, which is far faster; undefined for text with comments or trailing commas. */
function strictValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Built by the visitor's events, which tell the offsets. */
function builtValue(text: string, base: number, nonFinite: ReadonlyMap<number, number>): unknown {
  const root: unknown[] = [];
  let into: (value: unknown) => void = (value) => root.push(value);
  let key = '';
  const open: (typeof into)[] = [];
  const enter = (value: unknown, next: typeof into): void => {
    into(value);
    open.push(into);
    into = next;
  };
  const leave = (): void => {
    into = open.pop() ?? into;
  };
  visit(
    text,
    {
      onObjectBegin: () => {
        const object = {};
        enter(object, (value) =>
          Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true }),
        );
      },
      onArrayBegin: () => {
        const list: unknown[] = [];
        enter(list, (value) => list.push(value));
      },
      onObjectEnd: leave,
      onArrayEnd: leave,
      onObjectProperty: (name) => {
        key = name;
      },
      onLiteralValue: (value, offset) => {
        into(nonFinite.get(base + offset) ?? value);
      },
    },
    lenient,
  );
  return root[0];
}
