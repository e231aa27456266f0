import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { bytesPerSecond, peaksOf } from './dataSheet';
import type { DeviceSpec } from './deviceSpec';
import { precisions } from './deviceSpec';

/** A device that the user described, or why it cannot be used. */
export type ParsedDevice =
  | { readonly device: DeviceSpec }
  | {
      /** What is wrong, as a sentence that names the field. */
      readonly problem: string;
      /** What to change, as a sentence. */
      readonly mend: string;
    };

// Bounds keep every figure that is made of these finite, and catch bytes given where GiB are asked for.
const memoryGiB = figure(0.001, 100_000, 'GiB');
const rate = figure(0.000_001, 10_000_000, 'TFLOP/s');
const bandwidthGBps = figure(0.001, 10_000_000, 'GB/s');

const rates = v.strictObject({
  float32: v.optional(rate),
  tf32: v.optional(rate),
  float16: v.optional(rate),
  bfloat16: v.optional(rate),
  float8: v.optional(rate),
  int8: v.optional(rate),
});

const schema = v.strictObject({
  name: v.pipe(
    v.string(() => l10n.t('has to be text')),
    v.trim(),
    v.nonEmpty(() => l10n.t('must not be empty')),
    v.maxLength(100, () => l10n.t('has to have 100 characters at the most')),
  ),
  memoryGiB,
  bandwidthGBps: v.optional(bandwidthGBps),
  tflops: v.optional(v.lazy((tflops) => (typeof tflops === 'object' ? rates : rate))),
});

const example =
  '{"name": "My card", "memoryGiB": 24, "bandwidthGBps": 600, "tflops": {"float16": 125, "float32": 31}}';

/**
 * A device as a setting gives it: `name`, `memoryGiB`, and where known `bandwidthGBps` (10^9 bytes a second) and
 * `tflops` (10^12 operations a second, dense): by precision, or one number for 16-bit products.
 */
export function parseDeviceSetting(value: unknown): ParsedDevice {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) return problemOf(result.issues[0]);
  const { name, memoryGiB: memory, bandwidthGBps: bandwidth, tflops } = result.output;
  const given = typeof tflops === 'number' ? { float16: tflops, bfloat16: tflops } : (tflops ?? {});
  return {
    device: {
      id: `user:${name}`,
      name,
      vendor: 'other',
      memoryBytes: Math.round(memory * 2 ** 30),
      peakFlops: peaksOf(given),
      ...(bandwidth === undefined ? {} : { bandwidth: bytesPerSecond(bandwidth) }),
      source: l10n.t('your settings'),
    },
  };
}

function problemOf(issue: v.InferIssue<typeof schema>): ParsedDevice {
  const field = v.getDotPath(issue)?.slice(0, 60);
  if (field === undefined) {
    return { problem: l10n.t('A device has to be an object.'), mend: l10n.t('Write it as {0}.', example) };
  }
  if (issue.expected === 'never') {
    return {
      problem: l10n.t('“{0}” is no field of a device.', field),
      mend: l10n.t(
        'Its fields are name, memoryGiB, bandwidthGBps and tflops, and those of tflops {0}.',
        precisions.join(', '),
      ),
    };
  }
  if (issue.received === 'undefined') {
    return { problem: l10n.t('“{0}” is missing.', field), mend: l10n.t('Add it, as in {0}.', example) };
  }
  return {
    problem: l10n.t('“{0}” {1}.', field, issue.message),
    mend: l10n.t('Write it as in {0}.', example),
  };
}

function figure(low: number, high: number, unit: string) {
  const message = (): string =>
    l10n.t('has to be a number of {0} from {1} to {2}', unit, String(low), String(high));
  return v.pipe(v.number(message), v.finite(message), v.minValue(low, message), v.maxValue(high, message));
}
