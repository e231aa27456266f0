import type { ComparisonMessage } from '../src/report/panelMessages';
import { isRecord } from './messages';

/** `data` as a comparison that the host sent, checked as far as it is drawn; undefined for any other message. */
export function receiveComparison(data: unknown): ComparisonMessage | undefined {
  if (!isRecord(data) || data['type'] !== 'comparison') return undefined;
  return isComparison(data) ? data : undefined;
}

/** Why the host has nothing to show, where `data` says so. */
export function receiveProblem(data: unknown): string | undefined {
  if (!isRecord(data) || data['type'] !== 'problem') return undefined;
  return typeof data['problem'] === 'string' ? data['problem'] : undefined;
}

/** Which view was chosen before a reload, by the state that the page kept. */
export function restoreView(saved: unknown): string | undefined {
  const kept = isRecord(saved) ? saved['comparison'] : undefined;
  return isRecord(kept) && typeof kept['view'] === 'string' ? kept['view'] : undefined;
}

function isComparison(data: Record<string, unknown>): data is Record<string, unknown> & ComparisonMessage {
  return (
    data['type'] === 'comparison' &&
    typeof data['title'] === 'string' &&
    typeof data['choice'] === 'string' &&
    isTexts(data['uris']) &&
    data['uris'].length === 2 &&
    isListOf(
      data['views'],
      (view) => isListOf(view['sections'], isSection) && typeof view['label'] === 'string',
    )
  );
}

function isSection(section: Record<string, unknown>): boolean {
  return (
    typeof section['title'] === 'string' &&
    isTexts(section['lead']) &&
    isTexts(section['remarks']) &&
    (section['table'] === undefined || isTable(section['table']))
  );
}

function isTable(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { columns, rows } = value;
  return (
    isListOf(columns, (column) => typeof column['title'] === 'string') &&
    Array.isArray(rows) &&
    rows.every(isTexts)
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isListOf(value: unknown, test: (entry: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((entry) => isRecord(entry) && test(entry));
}
