import * as l10n from '@vscode/l10n';
import { line, plain, type Line, type LineFactor } from './line';

/** A derivation has no more lines than this: the smallest are taken together. */
export const MOST_LINES = 20;

const MOST_NAMES = 3;

/** A line, its plain numbers multiplied out. */
interface Normal {
  readonly coefficient: number;
  readonly factors: readonly LineFactor[];
  readonly line: Line;
  /** Layers, where it is in layers. */
  readonly layers: number | undefined;
  readonly names: readonly string[];
  readonly kinds: ReadonlySet<string>;
}

/**
 * Like terms taken together: the same tensor in several kinds of layers, then tensors of the same size in the same
 * layers (gate, up and down become 3·L·f·h). Lines of value 0 are left out. Linear in their number but for the
 * sorting of the smallest where there are more than `MOST_LINES`.
 */
export function mergeLines(lines: readonly Line[]): Line[] {
  const normals = lines.filter(({ value }) => value !== 0).map(normal);
  const byTensor = combine(
    normals,
    (each) =>
      `${sizeKey(each)} ${String(each.coefficient)} ${String(each.layers === undefined)} ${each.names.join()}`,
    addLayers,
  );
  const bySize = combine(byTensor, (each) => `${sizeKey(each)} ${String(each.layers)}`, addCoefficients);
  const stacks = new Set(lines.map(({ at }) => at?.stack));
  stacks.delete(undefined);
  const merged = bySize.map((each) => asLine(each, stacks.size > 1));
  return withoutSmallest(merged.filter(({ value }) => value !== 0));
}

function normal(each: Line): Normal {
  const isNumber = ({ symbol, divides }: LineFactor): boolean =>
    divides !== true && /^-?[\d.]+$/.test(symbol);
  return {
    coefficient: each.factors.filter(isNumber).reduce((product, { value }) => product * value, 1),
    factors: each.factors.filter((factor) => !isNumber(factor)),
    line: each,
    layers: each.factors.find(({ symbol }) => symbol === 'L')?.value,
    names: [each.label],
    kinds: new Set(each.at?.kind === undefined ? [] : [each.at.kind.name]),
  };
}

/** What is alike in lines that differ in their layers and numbers only. */
function sizeKey({ factors, line: { at } }: Normal): string {
  const sizes = factors
    .filter(({ symbol }) => symbol !== 'L')
    .map(({ symbol, value, divides }) => `${divides === true ? '/' : ''}${symbol}=${String(value)}`)
    .sort();
  return [at?.stack.name ?? '', ...sizes].join(' ');
}

function combine(
  lines: readonly Normal[],
  keyOf: (each: Normal) => string,
  add: (left: Normal, right: Normal) => Normal,
): Normal[] {
  const groups = new Map<string, Normal>();
  for (const each of lines) {
    const key = keyOf(each);
    const known = groups.get(key);
    groups.set(key, known === undefined ? each : add(known, each));
  }
  return [...groups.values()];
}

function addLayers(left: Normal, right: Normal): Normal {
  const together = { ...left, kinds: new Set([...left.kinds, ...right.kinds]) };
  if (left.layers === undefined || right.layers === undefined) {
    return { ...together, coefficient: left.coefficient + right.coefficient };
  }
  const layers = left.layers + right.layers;
  const factors = left.factors.map((each) => (each.symbol === 'L' ? { ...each, value: layers } : each));
  return { ...together, layers, factors };
}

function addCoefficients(left: Normal, right: Normal): Normal {
  return {
    ...left,
    coefficient: left.coefficient + right.coefficient,
    names: [...left.names, ...right.names],
    kinds: new Set([...left.kinds, ...right.kinds]),
  };
}

function asLine({ coefficient, factors, line: { at }, names, kinds }: Normal, namesStack: boolean): Line {
  const numbers =
    coefficient === 1 && factors.some(({ divides }) => divides !== true) ? [] : [plain(coefficient)];
  const [kind] = kinds;
  const isOneOfSeveral = kinds.size === 1 && at !== undefined && at.stack.layerKinds.length > 1;
  const prefix = isOneOfSeveral && kind !== undefined ? `${kind}: ` : '';
  const stack = namesStack && at !== undefined ? `${at.stack.name}: ` : '';
  return line(`${stack}${prefix}${listOf(names)}`, [...numbers, ...factors], at);
}

function listOf(names: readonly string[]): string {
  const different = [...new Set(names)];
  if (different.length <= MOST_NAMES) return different.join(', ');
  const shown = different.slice(0, MOST_NAMES - 1);
  return l10n.t('{0} and {1} more', shown.join(', '), String(different.length - shown.length));
}

function withoutSmallest(lines: readonly Line[]): Line[] {
  if (lines.length <= MOST_LINES) return [...lines];
  const bySize = [...lines].sort((left, right) => Math.abs(right.value) - Math.abs(left.value));
  const small = new Set(bySize.slice(MOST_LINES - 1));
  const rest = [...small].reduce((sum, { value }) => sum + value, 0);
  return [
    ...lines.filter((each) => !small.has(each)),
    line(l10n.t('{0} smaller terms', String(small.size)), [{ symbol: 'rest', value: rest }]),
  ];
}
