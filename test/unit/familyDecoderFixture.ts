import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/configError';
import { readModel } from '../../src/config/readModel';
import { countParameters } from '../../src/cost/parameters';
import type { LayerKind, ModelSpec } from '../../src/model/modelSpec';

/** Published configs beside the repository, where a developer has them. */
export const published = join(__dirname, '..', '..', '..', 'shared', 'configs');

/** A small decoder: 4 layers, 8 heads of 16, 128 wide. */
export const smallDecoder = {
  hidden_size: 128,
  num_hidden_layers: 4,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  head_dim: 16,
  intermediate_size: 256,
  vocab_size: 1000,
  max_position_embeddings: 4096,
};

export interface Truth {
  readonly params: number | null;
  readonly kv_bytes_per_token_fp16: number | null;
}

/** True figures of the published configs in a folder of them; undefined where there is none. */
export function truths(folder = '.'): ReadonlyMap<string, Truth> | undefined {
  const path = join(published, folder, 'TRUTH.json');
  if (!existsSync(path)) return undefined;
  return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, Truth>));
}

export function readPublished(path: string): ModelSpec {
  return readModel(readFileSync(join(published, path), 'utf8'), path);
}

/** `model_type` of a published config; empty where it has none. */
export function publishedType(name: string): string {
  const text = readFileSync(join(published, name, 'config.json'), 'utf8');
  return /"model_type"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '';
}

export function readObject(config: Readonly<Record<string, unknown>>): ModelSpec {
  return readModel(JSON.stringify(config), 'config.json');
}

export function parametersOf(config: Readonly<Record<string, unknown>>): number {
  return countParameters(readObject(config)).total;
}

/** The error that the config must give. */
export function refusal(config: Readonly<Record<string, unknown>>): ConfigError {
  try {
    readObject(config);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  assert.fail('the config was accepted');
}

export function kindsOf(model: ModelSpec): readonly LayerKind[] {
  const [stack] = model.stacks;
  assert.ok(stack !== undefined);
  return stack.layerKinds;
}

/** `full_attention × 2, sliding_attention × 4`. */
export function kindNames(model: ModelSpec): string {
  return kindsOf(model)
    .map(({ name, layers }) => `${name} × ${String(layers)}`)
    .join(', ');
}
