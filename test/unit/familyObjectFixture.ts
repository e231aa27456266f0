import assert from 'node:assert/strict';
import { ConfigError } from '../../src/config/configError';
import { objectDocument } from '../../src/config/objectDocument';
import { readModelDocument } from '../../src/config/readModel';
import { countParameters } from '../../src/cost/parameters';
import type { LayerKind, ModelSpec, Stack } from '../../src/model/modelSpec';

export type Config = Readonly<Record<string, unknown>>;

/** A config given as plain data, its parts in mappings. */
export function readObject(config: Config): ModelSpec {
  return readModelDocument(objectDocument(config), 'config.json');
}

export function parametersOf(config: Config): number {
  return countParameters(readObject(config)).total;
}

/** The error that the config must give. */
export function refusal(config: Config): ConfigError {
  try {
    readObject(config);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  assert.fail('the config was accepted');
}

/** The stack of a name. */
export function stackOf(model: ModelSpec, name: string): Stack {
  const stack = model.stacks.find((each) => each.name === name);
  assert.ok(stack !== undefined, name);
  return stack;
}

/** The layer kind of a name in the first stack. */
export function kindOf(model: ModelSpec, name: string): LayerKind {
  const kind = model.stacks[0]?.layerKinds.find((each) => each.name === name);
  assert.ok(kind !== undefined, name);
  return kind;
}

/** The config without one key. */
export function without(config: Config, key: string): Config {
  return Object.fromEntries(Object.entries(config).filter(([each]) => each !== key));
}
