import * as l10n from '@vscode/l10n';
import type { FeedForwardSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { ExpertPlacement } from './mixtureOfExpertsLayers';
import { classDefault, type Keys } from './originalFields';

/** A number of the config: its keys, and the class's default where it has one. */
export interface NumberRule {
  readonly keys: Keys;
  readonly byDefault?: number;
}

/** How a model type describes its experts. */
export interface ExpertRule {
  /** The key of the mapping that has the numbers; the config itself where absent. */
  readonly under?: string;
  readonly count: NumberRule;
  readonly active: NumberRule;
  /** Width of one expert; the width of the MLP where absent. */
  readonly size?: NumberRule;
  /** Experts that every token passes: so many of an expert's width, or one of the width under the keys. */
  readonly shared?: { readonly kind: 'count' | 'size'; readonly rule: NumberRule } | { readonly kind: 'one' };
  readonly placement: ExpertPlacement;
  readonly bias?: boolean;
  readonly routerBias?: boolean;
  readonly routerCorrection?: boolean;
  readonly sharedGate?: boolean;
  /** What the names of weights begin with; `mlp.` where absent. */
  readonly prefix?: string;
  readonly names?: readonly [up: string, down: string, gate?: string];
  /** Gate and up of an expert are one matrix of this name. */
  readonly fused?: string;
  readonly router?: string;
  readonly sharedName?: string;
}

/**
 * The experts of one layer. `denseSize` gives the width of the MLP, for model types whose experts have it.
 * Throws ConfigError where more experts are active than there are.
 */
export function readExperts(
  config: FieldReader,
  rule: ExpertRule,
  kind: FeedForwardSpec['kind'],
  denseSize: () => number,
): FeedForwardSpec {
  const reader = (rule.under === undefined ? undefined : config.nested(rule.under, '')) ?? config;
  const count = readNumber(reader, 'experts', rule.count, l10n.t('number of experts'), 8);
  const active = readNumber(
    reader,
    'activeExperts',
    rule.active,
    l10n.t('number of experts a token is sent to'),
    2,
  );
  if (active > count) {
    const key = rule.active.keys.find((each) => reader.raw(each) !== undefined) ?? rule.count.keys[0];
    return reader.fail(
      key,
      l10n.t('"{0}" sends a token to {1} of {2} experts.', key, String(active), String(count)),
      l10n.t('Give at most {0}, or more experts.', String(count)),
    );
  }
  const size =
    rule.size === undefined
      ? denseSize()
      : readNumber(reader, 'expertSize', rule.size, l10n.t('width of an expert'), 1408);
  return {
    kind,
    intermediateSize: size,
    experts: { count, active, sharedSize: readShared(reader, rule, size) },
  };
}

function readShared(reader: FieldReader, { shared }: ExpertRule, size: number): number {
  if (shared === undefined) return 0;
  if (shared.kind === 'one') return size;
  const [key] = shared.rule.keys;
  const meaning =
    shared.kind === 'count' ? l10n.t('number of shared experts') : l10n.t('width of the shared expert');
  const request = {
    property: 'sharedExperts',
    keys: shared.rule.keys,
    meaning,
    limit: limits.size,
    example: 1,
  };
  // Null is how these classes write that there are none.
  const byDefault = reader.isNull(shared.rule.keys) ? 0 : shared.rule.byDefault;
  const value =
    readUniformList(reader, 'sharedExperts', shared.rule.keys) ??
    reader.count(
      request,
      byDefault === undefined
        ? undefined
        : byDefault === 0
          ? { value: 0, rule: l10n.t('{0} is not set: no shared experts.', key) }
          : classDefault(key, byDefault),
    );
  return shared.kind === 'count' ? value * size : value;
}

function readNumber(
  reader: FieldReader,
  property: string,
  { keys, byDefault }: NumberRule,
  meaning: string,
  example: number,
): number {
  const request = { property, keys, meaning, limit: limits.size, example };
  const listed = readUniformList(reader, property, keys);
  if (listed !== undefined) return listed;
  return reader.integer(request, byDefault === undefined ? undefined : classDefault(keys[0], byDefault));
}

/** A list of one entry a layer, all alike, counts as its entry (Hunyuan); lists of other entries are refused. */
function readUniformList(reader: FieldReader, property: string, keys: Keys): number | undefined {
  const key = keys.find((each) => reader.raw(each) !== undefined);
  if (key === undefined || !Array.isArray(reader.raw(key)?.value)) return undefined;
  const [first, ...others] = reader.integers(property, key, limits.size) ?? [];
  if (first === undefined || others.some((other) => other !== first)) {
    return reader.fail(
      key,
      l10n.t(
        '"{0}" is a list whose entries differ, or an empty one: layers with other experts each are not supported.',
        key,
      ),
      l10n.t('Give one number for all layers.'),
    );
  }
  return first;
}
