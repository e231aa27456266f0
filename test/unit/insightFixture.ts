import assert from 'node:assert/strict';
import type { Inspection } from '../../src/config/fields/inspection';
import { inspectConfig } from '../../src/config/fields/inspectConfig';
import type { LocatedField } from '../../src/config/fields/locatedField';
import type { DeviceSpec } from '../../src/devices/deviceSpec';
import { fieldInsight, type FieldInsight, type InsightSubject } from '../../src/insight/fieldInsight';
import type { MemoryTarget } from '../../src/insight/memoryTarget';

export const GiB = 2 ** 30;

/** 10^15 FLOP/s and 10^12 B/s: times are easy to work out. */
export const spec: DeviceSpec = {
  id: 'test-80',
  name: 'Test 80',
  vendor: 'other',
  memoryBytes: 80 * GiB,
  peakFlops: { bfloat16: 1e15 },
  bandwidth: 1e12,
  source: 'test',
};

export const target: MemoryTarget = { name: spec.name, memoryBytes: spec.memoryBytes, how: 'planned', spec };

/** What the editor knows of a text, with no file around it. */
export async function inspect(text: string, name = 'config.json'): Promise<Inspection> {
  const nowhere = { readText: none, list: none, modifiedAt: none };
  const inspection = await inspectConfig(text, name, {
    workspaceFolders: [],
    environment: {},
    platform: 'linux',
    files: {
      ...nowhere,
      join: (...parts: string[]) => parts.join('/'),
      isAbsolute: (file) => file.startsWith('/'),
    },
  });
  assert.ok(inspection, `${name} is a config`);
  return inspection;
}

function none(): Promise<undefined> {
  return Promise.resolve(undefined);
}

/** The subject of a field by its path, on the target unless told otherwise. */
export async function subjectOf(
  text: string,
  path: string,
  { name, ...more }: { readonly name?: string } & Partial<InsightSubject> = {},
): Promise<InsightSubject> {
  const { reading, fields, error } = await inspect(text, name);
  assert.ok(reading, error?.message);
  return { reading, field: fieldAt(fields, path), settings: {}, target, ...more };
}

export function fieldAt(fields: readonly LocatedField[], path: string): LocatedField {
  const field = fields.find((each) => each.path === path);
  assert.ok(field, `${path} is a field`);
  return field;
}

/** The insight of a subject, which must be of the kind. */
export function insightOf<K extends FieldInsight['kind']>(
  kind: K,
  subject: InsightSubject,
): Extract<FieldInsight, { kind: K }> {
  const insight = fieldInsight(subject);
  assert.ok(insight !== undefined && isOf(insight, kind), `an insight of kind ${kind}`);
  return insight;
}

function isOf<K extends FieldInsight['kind']>(
  insight: FieldInsight,
  kind: K,
): insight is Extract<FieldInsight, { kind: K }> {
  return insight.kind === kind;
}
