import type { PlannedTarget } from '../src/report/panelMessages';
import type { Report } from '../src/report/report';
import { reportSchemaVersion } from '../src/model/reportSchemaVersion';
import { strings } from './strings';

/** What arrived at the panel, checked: a report, or why it cannot be shown. */
export type Received =
  | {
      readonly ok: true;
      readonly report: Report;
      /** The device that verdicts are about in place of the report's. */
      readonly planned?: PlannedTarget;
    }
  | { readonly ok: false; readonly problem: string };

/** Checks a message from the host. Returns undefined for messages that are not ours (browser tools post some). */
export function receiveMessage(data: unknown): Received | undefined {
  if (!isRecord(data) || data['type'] !== 'report') return undefined;
  const received = receiveReport(data['report']);
  const { planned } = data;
  return received.ok && isPlannedTarget(planned) ? { ...received, planned } : received;
}

function isPlannedTarget(value: unknown): value is Record<string, unknown> & PlannedTarget {
  return has(value, { name: 'string', memoryBytes: 'number' }) && Number(value['memoryBytes']) > 0;
}

/** Checks that `value` has the shape of a report, as far as the sections depend on it. */
export function receiveReport(value: unknown): Received {
  if (!isRecord(value)) return { ok: false, problem: strings.load.notAReport };
  const version = value['schemaVersion'];
  if (typeof version === 'number' && version !== reportSchemaVersion) {
    return { ok: false, problem: strings.load.otherVersion(String(version)) };
  }
  return isReport(value) ? { ok: true, report: value } : { ok: false, problem: strings.load.notAReport };
}

function isReport(value: Record<string, unknown>): value is Record<string, unknown> & Report {
  return (
    value['schemaVersion'] === reportSchemaVersion &&
    has(value['source'], { name: 'string' }) &&
    has(value['model'], { family: 'string', maxSequenceLength: 'number', dtype: 'string' }) &&
    isListOf(value['model'], 'stacks', (stack) =>
      isListOf(stack, 'layerKinds', (kind) => has(kind, { name: 'string', layers: 'number' })),
    ) &&
    has(value['scenario'], { sequenceLength: 'number', batch: 'number', dtype: 'string' }) &&
    has(value['estimate'], { parameters: 'object', flops: 'object', memory: 'object' }) &&
    has(value['run'], { state: 'string', step: 'string', fraction: 'number', elapsedMs: 'number' }) &&
    isListOf(value['run'], 'notes', (note) => typeof note === 'string') &&
    (value['memoryShare'] === undefined || has(value['memoryShare'], { of: 'number', key: 'string' })) &&
    (value['device'] === undefined || has(value['device'], { provider: 'string', memoryBytes: 'number' })) &&
    isListOf(value, 'layerKinds', isLayerKindResult)
  );
}

function isLayerKindResult(value: unknown): boolean {
  return (
    has(value, { name: 'string', layers: 'number', shape: 'object', dense: 'object' }) &&
    isMechanismResult(value['dense']) &&
    isListOf(value, 'replacements', isMechanismResult)
  );
}

function isMechanismResult(value: unknown): boolean {
  return (
    has(value, {
      id: 'string',
      title: 'string',
      paper: 'object',
      parameters: 'object',
      adoption: 'object',
    }) &&
    isListOf(value, 'points', (point) => has(point, { n: 'number', verification: 'object' })) &&
    isListOf(value, 'projection', (point) => has(point, { n: 'number' }))
  );
}

type Kind = 'string' | 'number' | 'object';

function has(value: unknown, kinds: Readonly<Record<string, Kind>>): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  return Object.entries(kinds).every(([name, kind]) =>
    kind === 'object' ? isRecord(value[name]) : typeof value[name] === kind,
  );
}

function isListOf(value: unknown, name: string, test: (entry: unknown) => boolean): boolean {
  if (!isRecord(value)) return false;
  const list = value[name];
  return Array.isArray(list) && list.every(test);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
