import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tinyLlama } from '../fixtures/tinyLlama';
import { editorConfigs } from './editorConfigs';

/** A workspace of its own with the example's config, a small one, and files that are no configs. */
export async function makeWorkspace(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'headroom-e2e-'));
  await cp('examples/llama-3.2-1b', path.join(folder, 'llama-3.2-1b'), { recursive: true });
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'tiny/config.json': `${JSON.stringify(tinyLlama, undefined, 2)}\n`,
    'mistral/config.json': mistral,
    'truncated/config.json': '{"model_type": "llama", "hidden_size": 2048,\n',
    'noModel/package.json': '{ "name": "left-pad", "version": "1.3.0" }\n',
    'empty/config.json': '',
    'negative/config.json': JSON.stringify({ ...tinyLlama, num_attention_heads: -3 }, undefined, 2),
    'binary/config.json': Uint8Array.from([0x7b, 0, 1, 2, 0xff, 0xfe]),
    'model.yaml': modelInYaml,
    'train.yaml': training,
    'unknownModel.yaml': training.replace('./mistral', 'nobody/knows-this-model'),
    'notes.md': '# Notes\n',
    ...editorConfigs,
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

/** Its sliding window is a key of the config, so that it can be applied; with a comment to keep. */
const mistral = `// from scratch
${JSON.stringify({ ...tinyLlama, model_type: 'mistral', max_position_embeddings: 1024, sliding_window: null }, undefined, 2)}
`;

/** The same model in YAML, below a key. */
const modelInYaml = `# our run
model:
  model_type: mistral
  sliding_window: null
${Object.entries({ ...tinyLlama, max_position_embeddings: 1024 })
  .filter(([key]) => key !== 'model_type')
  .map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`)
  .join('')}
seed: 7 # of the data
`;

/** An adapter trained on the model in the folder beside it. */
const training = `base_model: ./mistral
adapter: qlora
load_in_4bit: true
lora_r: 16
lora_target_linear: true
sequence_len: 256
micro_batch_size: 2
gradient_accumulation_steps: 4
gradient_checkpointing: true
optimizer: adamw_bnb_8bit
bf16: true
datasets:
  - path: data.jsonl
`;
