import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { groupedArgument, scaleArgument, snippetHead } from './snippetHead';

/** A mask of FlexAttention, as Python. */
export interface FlexMask {
  /** Lines that make what the mask reads from `n` and `device`. */
  readonly setup?: readonly string[];
  /** The body of `visible(b, h, q_idx, kv_idx)`. */
  readonly body: readonly string[];
  /** The number of keys, as an expression of `n`; n itself where absent. */
  readonly keys?: string;
}

/** A mask that needs nothing else, and the function that the snippet defines. */
export interface MaskSnippet extends FlexMask {
  readonly name: string;
  /** Lines before it. */
  readonly constants?: readonly string[];
  /** A comment on the use; one line each. */
  readonly notes?: readonly string[];
}

/**
 * What every snippet for PyTorch's FlexAttention begins with. Only compiled it skips the tiles that are masked as a
 * whole; as it stands it holds all n × n scores, as `create_block_mask` holds the whole mask.
 */
export function flexHead(model: ModelSpec, attention: AttentionSpec): string[] {
  return [
    ...snippetHead(model, attention),
    'from functools import lru_cache',
    '',
    'import torch',
    'from torch.nn.attention.flex_attention import create_block_mask, flex_attention',
    '',
    '# Uncompiled, both would hold n x n tensors.',
    'create_block_mask, flex_attention = torch.compile(create_block_mask), torch.compile(flex_attention)',
    '',
  ];
}

/** The function `block_mask(n, device)`, which makes a mask once for each length: layers and calls share it. */
export function blockMaskFunction({ setup = [], body, keys = 'n' }: FlexMask): string[] {
  return [
    '@lru_cache(maxsize=4)  # made once for a length, not once a layer',
    'def block_mask(n, device):',
    ...setup.map((line) => `    ${line}`),
    ...(setup.length === 0 ? [] : ['']),
    '    def visible(b, h, q_idx, kv_idx):',
    ...body.map((line) => `        ${line}`),
    '',
    `    return create_block_mask(visible, B=None, H=None, Q_LEN=n, KV_LEN=${keys}, device=device)`,
    '',
  ];
}

/** The call of FlexAttention with `inputs` (`q, k, v`) and the keyword arguments of the architecture. */
export function flexCall(model: ModelSpec, attention: AttentionSpec, inputs: string, mask: string): string {
  const rest = `${scaleArgument(model)}${groupedArgument(attention)}`;
  return `flex_attention(${inputs}, block_mask=${mask}${rest})`;
}

/** Attention with a mask. */
export function maskSnippet(
  model: ModelSpec,
  attention: AttentionSpec,
  { name, constants = [], notes = [], ...mask }: MaskSnippet,
): string {
  return [
    ...flexHead(model, attention),
    ...(constants.length === 0 ? [] : [...constants, '']),
    ...blockMaskFunction(mask),
    `def ${name}(q, k, v):`,
    ...notes.map((note) => `    # ${note}`),
    `    return ${flexCall(model, attention, 'q, k, v', 'block_mask(q.shape[2], q.device)')}`,
    '',
  ].join('\n');
}
