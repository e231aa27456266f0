import * as l10n from '@vscode/l10n';
import type { FieldSource } from '../model/modelSpec';
import { figureEntry, type FigureKey } from './figureKeys';
import type { Line, LineFactor } from './line';
import { sourceOf } from './sourceOf';
import type { Subject } from './subject';
import { symbolAt, symbolsIn, type Lookup, type SymbolEntry } from './symbols';

/** What a symbol of a derivation stands for. */
export interface FieldRow {
  /** As the formula has it; a sum of sizes that only the config has apart is one row. */
  readonly symbol: string;
  readonly meaning: string;
  readonly value: number;
  /** `condition`: asked for, not read. */
  readonly source: FieldSource | 'condition';
  /** The key of the config that it came from. */
  readonly path?: string;
  /** The figure that it is. */
  readonly key?: FigureKey;
}

/** A row for every symbol of the lines, once for each value that it has. */
export function fieldRows(subject: Subject, lines: readonly Line[]): FieldRow[] {
  const rows = new Map<string, FieldRow>();
  for (const { factors, at } of lines) {
    const lookup: Lookup = { ...subject, place: at };
    for (const factor of factors) {
      for (const row of rowsOf(factor, lookup)) {
        rows.set(`${row.symbol} ${String(row.value)} ${row.meaning}`, row);
      }
    }
  }
  return [...rows.values()];
}

function rowsOf(factor: LineFactor, at: Lookup): FieldRow[] {
  const { symbol, value, key, formula } = factor;
  if (key !== undefined) {
    const source = { kind: 'rule', rule: l10n.t('the figure {0}', key) } as const;
    return [{ symbol, meaning: figureEntry(key).title, value, source, key }];
  }
  const parts = symbolsIn(symbol);
  if (parts.length === 0) return [];
  const entry = symbolAt(symbol, at);
  if (entry !== undefined) {
    const row = rowOf(entry, value, at, formula);
    return [row, ...(formula === undefined ? [] : partRows(lengthsIn(formula), at, symbol).rows)];
  }
  const { rows, isComplete } = partRows(parts, at, symbol);
  return isComplete ? rows : [compositeRow(factor, parts, at), ...rows];
}

/** The lengths that the way of a value is told in, which may be words too. */
function lengthsIn(formula: string): string[] {
  return symbolsIn(formula).filter((symbol) => symbol === 'n' || symbol === 'w');
}

/** Rows of the symbols inside an expression, those whose values are known. */
function partRows(
  parts: readonly string[],
  at: Lookup,
  whole: string,
): { readonly rows: FieldRow[]; readonly isComplete: boolean } {
  const rows = parts
    .filter((part) => part !== whole)
    .flatMap((part) => {
      const entry = symbolAt(part, at);
      const value = entry && (entry.value?.(at) ?? valueInConfig(entry, at));
      return entry === undefined || value === undefined ? [] : [rowOf(entry, value, at)];
    });
  return { rows, isComplete: rows.length === parts.length };
}

function valueInConfig({ properties }: SymbolEntry, at: Lookup): number | undefined {
  const source = sourceOf(properties, undefined, at);
  return source?.kind === 'key' && typeof source.value === 'number' ? source.value : undefined;
}

function rowOf(entry: SymbolEntry, value: number, at: Lookup, formula?: string): FieldRow {
  const { symbol, properties, condition } = entry;
  const { place, model } = at;
  const isOther = place !== undefined && place.stack !== model.stacks[0] && properties.length > 0;
  const where = isOther ? ` (${place.stack.name})` : '';
  const how = formula === undefined ? '' : `: ${formula}`;
  const meaning = `${entry.meaning()}${where}${how}`;
  if (condition?.(at) === true) return { symbol, meaning, value, source: 'condition' };
  const source = sourceOf(properties, value, at);
  return {
    symbol,
    meaning,
    value,
    source: source ?? { kind: 'rule', rule: formula ?? l10n.t('by the layout of {0}', model.modelType) },
    ...(source?.kind === 'key' && { path: source.path }),
  };
}

function compositeRow({ symbol, value }: LineFactor, parts: readonly string[], at: Lookup): FieldRow {
  const meanings = parts.map((part) => {
    const meaning = symbolAt(part, at)?.meaning();
    return meaning === undefined ? part : `${part} ${meaning}`;
  });
  const source = { kind: 'rule', rule: l10n.t('by the layout of {0}', at.model.modelType) } as const;
  return { symbol, meaning: meanings.join(', '), value, source };
}
