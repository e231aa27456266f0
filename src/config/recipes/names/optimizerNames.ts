import * as l10n from '@vscode/l10n';
import type { Optimizer } from '../../../model/recipe';

export interface NamedOptimizer {
  readonly optimizer: Optimizer;
  /** How its state differs from that of `optimizer`, where it is only the nearest, as the end of a sentence. */
  readonly difference?: string;
}

interface TableEntry {
  readonly optimizer: Optimizer;
  readonly difference?: () => string;
}

const in8BitOnly = (): string => l10n.t('its moments are in 8 bit, which is counted for AdamW only');
const projected = (): string => l10n.t('its gradients are projected to a low rank, which is not counted');

/**
 * Names in lower case without module, `_` and `-`. Transformers' `OptimizerNames`, torch.optim, bitsandbytes,
 * DeepSpeed, Megatron, NeMo, torchtitan. Paged optimizers have the state of the others, in memory that may
 * move to the host. bitsandbytes' plain names (`PagedAdamW`) keep it in 32 bit.
 */
const table: ReadonlyMap<string, TableEntry> = new Map<string, TableEntry>([
  ...same('adamw', [
    'adam',
    'adamw',
    'adamwtorch',
    'adamwtorchfused',
    'adamwtorchxla',
    'adamwtorchnpufused',
    'adamwhf',
    'adamwapexfused',
    'adamw32bit',
    'adam32bit',
    'adamwbnb32bit',
    'pagedadamw',
    'pagedadamw32bit',
    'pagedadam',
    'pagedadam32bit',
    'fusedadam',
    'fusedadamw',
    'distributedfusedadam',
    'mcoredistributedoptim',
    'megatronfusedadam',
    'distributedoptimizer',
    'radam',
    'nadam',
    'stableadamw',
    'optimiadamw',
  ]),
  ...same('adamw8bit', [
    'adamw8bit',
    'adam8bit',
    'adamwbnb8bit',
    'pagedadamw8bit',
    'pagedadam8bit',
    'adamwtorch8bit',
    'adamwfp8',
    'aoadamw8bit',
  ]),
  ...same('adafactor', ['adafactor']),
  ...same('lion', ['lion', 'lion32bit', 'pagedlion', 'pagedlion32bit', 'fusedlion', 'lionpytorch']),
  ...same('sgd', ['sgd']),
  ...same('muon', ['muon', 'distmuon', 'muonwithauxadam']),
  ...near('adamw', () => l10n.t('its state is in host memory, which is not told apart'), [
    'cpuadam',
    'deepspeedcpuadam',
  ]),
  ...near('adamw', () => l10n.t('its own error terms are not counted'), [
    'onebitadam',
    'zerooneadam',
    'onebitlamb',
  ]),
  ...near('adamw', () => l10n.t('it has the same two moments'), [
    'lamb',
    'fusedlamb',
    'sophia',
    'sophiag',
    'sophiah',
    'novograd',
  ]),
  ...near('adamw', () => l10n.t('its average of the weights is not counted'), [
    'schedulefreeadamw',
    'schedulefreeradam',
  ]),
  ...near('adamw', () => l10n.t('a third moment is not counted'), [
    'ademamix',
    'pagedademamix',
    'ademamix32bit',
    'grokadamw',
    'adopt',
  ]),
  ...near('adamw8bit', () => l10n.t('a third moment is not counted'), ['ademamix8bit', 'pagedademamix8bit']),
  ...near('adamw8bit', () => l10n.t('its moments are in 4 bit'), [
    'adamw4bit',
    'adamwtorch4bit',
    'aoadamw4bit',
  ]),
  ...near('adamw', () => l10n.t('its preconditioners are not counted'), [
    'shampoo',
    'distributedshampoo',
    'soap',
    'kronpytorch',
  ]),
  ...near('adamw', () => l10n.t('its second moment is one number a block'), ['adammini', 'adamwmini']),
  ...near('adamw', () => l10n.t('the widths of its moments can be set'), [
    'adamwanyprecision',
    'anyprecisionadamw',
  ]),
  ...near('adamw', projected, [
    'galoreadamw',
    'galoreadamwlayerwise',
    'apolloadamw',
    'apolloadamwlayerwise',
    'qgaloreadamw8bit',
  ]),
  ...near('adamw8bit', projected, ['galoreadamw8bit', 'galoreadamw8bitlayerwise']),
  ...near('adafactor', projected, ['galoreadafactor', 'galoreadafactorlayerwise']),
  ...near('adafactor', () => l10n.t('it keeps factored moments and one more'), ['came', 'camepytorch']),
  ...near('lion', in8BitOnly, ['lion8bit', 'pagedlion8bit', 'lionbnb8bit']),
  ...near('sgd', () => l10n.t('it keeps no state'), ['lomo', 'adalomo', 'signsgd', 'schedulefreesgd']),
  ...near('sgd', in8BitOnly, ['sgd8bit']),
  ...near('sgdMomentum', () => l10n.t('it keeps one moment'), [
    'rmsprop',
    'rmspropbnb',
    'adagrad',
    'rmsprop32bit',
    'tiger',
    'nesterov',
  ]),
  ...near('sgdMomentum', in8BitOnly, ['rmsprop8bit', 'rmspropbnb8bit', 'adagrad8bit']),
]);

/** The optimizer that a framework's name means, or the nearest whose state is told apart. */
export function optimizerNamed(name: string): NamedOptimizer | undefined {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const known = table.get(last.toLowerCase().replace(/[\s_-]+/g, ''));
  return known && { optimizer: known.optimizer, ...(known.difference && { difference: known.difference() }) };
}

function same(optimizer: Optimizer, names: readonly string[]): [string, TableEntry][] {
  return names.map((name) => [name, { optimizer }]);
}

function near(
  optimizer: Optimizer,
  difference: () => string,
  names: readonly string[],
): [string, TableEntry][] {
  return names.map((name) => [name, { optimizer, difference }]);
}
