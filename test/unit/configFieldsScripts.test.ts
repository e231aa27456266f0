import assert from 'node:assert/strict';
import { commandsOf } from '../../src/config/fields/commandWords';
import { fieldAtOffset } from '../../src/config/fields/inspectConfig';
import { pythonFields } from '../../src/config/fields/pythonFields';
import { inspect, shown } from './configFieldsFixture';

async function read(name: string, text: string): Promise<string[]> {
  const inspection = await inspect(text, name);
  assert.ok(inspection, name);
  const { reading, error } = inspection;
  const { framework, sequenceLength, parallelism } = reading?.recipe ?? {};
  const head =
    error?.key ?? [reading?.model.modelType, framework, sequenceLength, parallelism?.tensor].join(' ').trim();
  return [head, ...shown(text, inspection)];
}

describe('config fields: commands', () => {
  it('reads vllm serve over several lines, with variables', async () => {
    const text = [
      '#!/bin/bash',
      '# vllm serve x --max-model-len 5',
      'export MODEL="Qwen/Qwen3-8B"',
      'LEN=16384',
      'vllm serve $MODEL \\',
      '  --max-model-len "$LEN" \\',
      '  --tensor-parallel-size 2 --block-size 16',
    ].join('\n');
    assert.deepEqual(await read('serve.sh', text), ['qwen3 vllm 16384 2', '--max-model-len=16384']);
    const { fields } = (await inspect(text, 'serve.sh')) ?? { fields: [] };
    // On the flag, and where the variable is set.
    assert.equal(fieldAtOffset(fields, text.indexOf('  --max-model') + 4)?.value, 16_384);
    assert.equal(fieldAtOffset(fields, text.indexOf('16384'))?.value, 16_384);
    assert.equal(fieldAtOffset(fields, text.indexOf('--block-size')), undefined);
  });

  it('reads each server', async () => {
    const cases: readonly (readonly [string, string, readonly string[]])[] = [
      [
        'a.sh',
        'python3 -m sglang.launch_server --model-path Qwen/Qwen2.5-7B --context-length=32768 --tp 2 --max-total-tokens 65536 &',
        ['qwen2 sglang 32768 2', '--context-length=32768'],
      ],
      [
        'b.sh',
        'exec text-generation-launcher --model-id tiiuae/falcon-7b --max-total-tokens 4096',
        ['falcon tgi 4096', '--max-total-tokens=4096'],
      ],
      [
        'c.sh',
        './llama-server -hf ggml-org/Llama-3.2-1B-GGUF:Q4_K_M -c 8192',
        ['llama llama.cpp 8192', '-c=8192'],
      ],
      [
        'd.sh',
        'cat x | wc -c 5; bash -c "vllm serve Qwen/Qwen3-8B --max-model-len 32k"',
        ['qwen3 vllm 32000', '--max-model-len=32000'],
      ],
      [
        'Dockerfile',
        'FROM vllm/vllm-openai\nENTRYPOINT ["vllm", "serve"]\nCMD ["Qwen/Qwen3-8B", "--max-model-len", "8192"]\n',
        ['qwen3 vllm 8192', '--max-model-len=8192'],
      ],
      [
        'vllm.service',
        '[Service]\nEnvironment=LEN=8192\nExecStart=/usr/bin/vllm serve Qwen/Qwen3-8B --max-model-len ${LEN}\n',
        ['qwen3 vllm 8192', '--max-model-len=8192'],
      ],
      [
        'e.sh',
        'vllm serve Qwen/Qwen3-8B --max-model-len ${LEN:-4096}',
        ['qwen3 vllm 4096', '--max-model-len=4096 (${LEN:-4096})'],
      ],
    ];
    for (const [name, text, wanted] of cases) assert.deepEqual(await read(name, text), wanted, name);
  });

  it('reads training commands', async () => {
    const trainer =
      'accelerate launch train.py --model_name_or_path Qwen/Qwen3-8B --max_seq_length 4096 --per_device_train_batch_size 2 --output_dir o';
    assert.deepEqual(await read('t.sh', trainer), ['qwen3 transformers 4096', '--max_seq_length=4096']);
    for (const [open, close, use] of [
      ['"', '"', '$ARGS'],
      ['(', ')', '${ARGS[@]}'],
    ] as const) {
      const text = `ARGS=${open}\n --num-layers 4 --hidden-size 64\n --num-attention-heads 8 --seq-length 128\n --max-position-embeddings 128 --micro-batch-size 2\n${close}\ntorchrun pretrain_gpt.py ${use}\n`;
      const [head, ...fields] = await read('megatron.sh', text);
      assert.match(head ?? '', / megatron 128$/);
      assert.deepEqual(fields, [
        '--num-layers=4',
        '--num-attention-heads=8',
        '--seq-length=128',
        '--max-position-embeddings=128',
      ]);
    }
  });

  it('says which model is not found, and keeps a flag that is being typed', async () => {
    const text = 'vllm serve acme/unknown-7b --max-model-len \necho done';
    assert.deepEqual((await read('a.sh', text)).slice(1), ['--max-model-len=unreadable ()']);
    const range = (await inspect(text, 'a.sh'))?.error?.range;
    assert.equal(text.slice(range?.offset).slice(0, range?.length), 'acme/unknown-7b');
  });

  it('takes words apart as a shell does', () => {
    const words = (text: string): string[][] => commandsOf(text).map((each) => each.map((word) => word.text));
    assert.deepEqual(words('a \'b c\' "d e" # f\n\ng;h | i && j\\\n k'), [
      ['a', 'b c', 'd e'],
      ['g'],
      ['h'],
      ['i'],
      ['j', 'k'],
    ]);
    assert.deepEqual(words("X=1\nY='$X'\necho $X ${X} '$X' $Z ${Z:-q}"), [
      ['echo', '1', '1', '$X', '$Z', 'q'],
    ]);
  });

  it('is not led on by variables that double each other', () => {
    const listed = commandsOf('A="x x"\n' + 'A="$A $A"\n'.repeat(50) + 'b $A').flat();
    assert.ok(listed.length < 100_000);
    const joined = commandsOf('A=xx\n' + 'A=$A$A\n'.repeat(50) + 'b $A').flat();
    assert.ok(joined.every(({ text }) => text.length < 10_000));
  });
});

describe('config fields: Python', () => {
  const text = [
    '@dataclass',
    'class A:',
    '    max_seq_length: int = 2048  # tokens',
    '    seq_length: int = field(',
    '        default=1 << 12, metadata={"help": "as max_seq_len=3"})',
    '    n_head: Optional[int] = None',
    '    seq_len = ',
    'p.add_argument("-l", "--max-model-len", type=int, default=32_768)',
    'cfg = {"n_layer": 2**5, "n_positions": n, "head_dim": 64}',
    'llm = LLM(model="x", max_model_len=4 * 1024)',
    '# max_seq_len = 5',
    's = """ max_seq_len = 7 """',
    'if n_ctx == 5: pass',
    'x[n_ctx:2] = 5',
  ].join('\n');

  it('finds what is set to a number, and nothing in comments and texts', () => {
    assert.deepEqual(shown(text, { fields: pythonFields(text) }), [
      'max_seq_length=2048',
      'seq_length=4096 (1 << 12)',
      'n_head=unset',
      'seq_len=unreadable ()',
      '--max-model-len=32768',
      'n_layer=32 (2**5)',
      'head_dim=64',
      'max_model_len=4096 (4 * 1024)',
    ]);
  });

  it('reads the model of a script', async () => {
    const cases: readonly (readonly [string, readonly string[]])[] = [
      [
        'from vllm import LLM\nMODEL = "Qwen/Qwen3-8B"\nllm = LLM(model=MODEL, max_model_len=4 * 1024, tensor_parallel_size=2)\n',
        ['qwen3 vllm 4096 2', 'max_model_len=4096 (4 * 1024)'],
      ],
      [
        'm = AutoModelForCausalLM.from_pretrained("Qwen/Qwen3-8B")\na = SFTConfig(output_dir="o", max_seq_length=2048, per_device_train_batch_size=2)\n',
        ['qwen3 transformers 2048', 'max_seq_length=2048'],
      ],
      [
        'class A:\n    model_name_or_path: str = field(default="Qwen/Qwen3-8B")\n    max_seq_length: int = 512\n',
        ['qwen3 transformers 512', 'max_seq_length=512'],
      ],
      [
        'p.add_argument("--model", default="Qwen/Qwen3-8B")\np.add_argument("--max-model-len", type=int, default=1024)\n# vllm\n',
        ['qwen3 vllm 1024', '--max-model-len=1024'],
      ],
      [
        'class GPTConfig:\n    block_size: int = 256\n    vocab_size: int = 100\n    n_layer: int = 2\n    n_head: int = 4\n    n_embd: int = 64\n',
        ['unknown', 'block_size=256', 'n_layer=2', 'n_head=4'],
      ],
    ];
    for (const [script, wanted] of cases) assert.deepEqual(await read('run.py', script), wanted);
  });

  it('leaves a script alone whose model is not named or not found', async () => {
    for (const script of [
      'max_seq_len = 512\n',
      'llm = LLM(model="acme/unknown-7b", max_model_len=4096)\n',
      'model = "big"\nmax_seq_len = 512\n',
      'm = from_pretrained("Qwen/Qwen3-8B")\n',
    ]) {
      assert.equal(await inspect(script, 'run.py'), undefined, script);
    }
  });

  it('takes time in proportion to the text', () => {
    for (const part of [
      'max_seq_len:',
      'add_argument("--seq-len", default=(',
      'seq_len=',
      '"',
      '(',
      'a\\\n',
    ]) {
      const start = performance.now();
      pythonFields(part.repeat(Math.ceil(1e6 / part.length)));
      commandsOf(part.repeat(Math.ceil(1e6 / part.length)));
      assert.ok(performance.now() - start < 3000, part);
    }
  });
});
