import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A workspace of its own with the example's config, a small one, and files that are no configs. */
export async function makeWorkspace(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'headroom-e2e-'));
  await cp('examples/llama-3.2-1b', path.join(folder, 'llama-3.2-1b'), { recursive: true });
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'tiny/config.json': `${JSON.stringify(tiny, undefined, 2)}\n`,
    'mistral/config.json': mistral,
    'truncated/config.json': '{"model_type": "llama", "hidden_size": 2048,\n',
    'noModel/package.json': '{ "name": "left-pad", "version": "1.3.0" }\n',
    'empty/config.json': '',
    'negative/config.json': JSON.stringify({ ...tiny, num_attention_heads: -3 }, undefined, 2),
    'binary/config.json': Uint8Array.from([0x7b, 0, 1, 2, 0xff, 0xfe]),
    'notes.md': '# Notes\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

const tiny = {
  model_type: 'llama',
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 256,
  vocab_size: 1000,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
  torch_dtype: 'float32',
};

/** Its sliding window is a key of the config, so that it can be applied; with a comment to keep. */
const mistral = `// from scratch
${JSON.stringify({ ...tiny, model_type: 'mistral', max_position_embeddings: 1024, sliding_window: null }, undefined, 2)}
`;
