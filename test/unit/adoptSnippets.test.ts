import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { attentionSinks } from '../../src/attention/attentionSinks';
import { axial } from '../../src/attention/axial';
import { axialGrid } from '../../src/attention/axialGrid';
import { gatedDelta } from '../../src/attention/gatedDelta';
import { gatedLinear } from '../../src/attention/gatedLinear';
import { groupedQuery } from '../../src/attention/groupedQuery';
import { hierarchical } from '../../src/attention/hierarchical';
import { resolveParameters, type AttentionMechanism } from '../../src/attention/mechanism';
import { replacements } from '../../src/attention/registry';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { stridedSparse } from '../../src/attention/stridedSparse';
import { readModel } from '../../src/config/readModel';
import { attentionKinds } from '../../src/model/attentionKinds';
import type { ModelSpec } from '../../src/model/modelSpec';

const decoder = {
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  head_dim: 16,
  intermediate_size: 256,
  vocab_size: 1000,
  max_position_embeddings: 4096,
};
const encoder = {
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 128,
  vocab_size: 1000,
  max_position_embeddings: 512,
  type_vocab_size: 2,
};
const gpt2 = { n_embd: 64, n_layer: 2, n_head: 4, vocab_size: 100, n_positions: 512 };
const t5 = { d_model: 64, d_kv: 16, d_ff: 128, num_layers: 2, num_heads: 4, vocab_size: 100 };
const vit = { ...encoder, image_size: 224, patch_size: 16 };
const falcon = { ...decoder, multi_query: false, new_decoder_architecture: false };

function modelOf(modelType: string, keys: object): ModelSpec {
  return readModel(JSON.stringify({ model_type: modelType, ...keys }), 'config.json');
}

/** The snippet of `mechanism` for each kind of layer, where it is adopted by one. */
function snippets(mechanism: AttentionMechanism, model: ModelSpec, chosen = {}): string[] {
  return attentionKinds(model).flatMap(({ attention }) => {
    const shape = { ...attention, batch: 1, n: 512, dtype: 'float32' as const };
    const found = mechanism.adopt(model, attention, resolveParameters(mechanism, shape, chosen));
    return found.kind === 'code' ? [found.code] : [];
  });
}

function onlySnippet(mechanism: AttentionMechanism, model: ModelSpec, chosen = {}): string {
  const [code] = snippets(mechanism, model, chosen);
  assert.ok(code !== undefined, mechanism.id);
  return code;
}

/** What Python prints, as JSON; skips the test where there is no Python. */
function python(context: Mocha.Context, program: string, input: unknown): unknown {
  const ran = spawnSync('python3', ['-c', program], { input: JSON.stringify(input), encoding: 'utf8' });
  if (ran.error !== undefined) context.skip();
  assert.equal(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout);
}

/** Stands for PyTorch: counts masks and compilations, and shows what a mask lets through. */
const FAKE_TORCH = `
import json, sys, types

compiled, masks, calls = [], [], []

class Block:
    pass

def create_block_mask(visible, B, H, Q_LEN, KV_LEN, device):
    masks.append([[int(visible(0, 0, i, j)) for j in range(KV_LEN)] for i in range(Q_LEN)])
    return Block()

def flex_attention(q, k, v, block_mask, **rest):
    assert isinstance(block_mask, Block)
    calls.append(rest)
    return q

def compile_(function):
    compiled.append(function.__name__)
    return lambda *arguments, **named: function(*arguments, **named)

torch = types.ModuleType("torch")
torch.compile = compile_
flex = types.ModuleType("torch.nn.attention.flex_attention")
flex.create_block_mask, flex.flex_attention = create_block_mask, flex_attention
sys.modules.update({
    "torch": torch, "torch.nn": types.ModuleType("torch.nn"),
    "torch.nn.attention": types.ModuleType("torch.nn.attention"), "torch.nn.attention.flex_attention": flex,
})

class Tensor:
    device = "cpu"
    def __init__(self, n):
        self.shape = (1, 4, n, 16)

results = []
for code, name in json.load(sys.stdin):
    del compiled[:], masks[:], calls[:]
    space = {}
    exec(compile(code, name, "exec"), space)
    for n in (6, 6, 6, 4, 6):
        space[name](Tensor(n), Tensor(n), Tensor(n))
    results.append({"compiled": sorted(compiled), "masks": list(masks), "calls": len(calls)})
print(json.dumps(results))
`;

describe('the snippets for FlexAttention', () => {
  const models = [modelOf('llama', decoder), modelOf('bert', encoder), modelOf('t5', t5)];
  const flex = replacements.flatMap((mechanism) =>
    models.flatMap((model) =>
      snippets(mechanism, model)
        .filter((code) => code.includes('flex_attention'))
        .map((code) => [mechanism.id, code] as const),
    ),
  );

  it('are compiled, and make a mask in a cached function only', () => {
    assert.ok(new Set(flex.map(([id]) => id)).size >= 8);
    for (const [id, code] of flex) {
      assert.match(code, /flex_attention = .*torch\.compile\(flex_attention\)/, id);
      const [head = '', ...bodies] = code.split(/^(?=@lru_cache|def )/m);
      assert.doesNotMatch(head, /create_block_mask\(/, id);
      const [maker = '', ...others] = bodies.filter((body) => /create_block_mask\(\w/.test(body));
      assert.deepEqual(others, [], id);
      // The decorator is a part of its own before the function.
      assert.match(
        code,
        new RegExp(`@lru_cache.*\\n${(maker.split('\n')[0] ?? '').replace(/[()]/g, '\\$&')}`),
      );
    }
  });

  it('run: one mask a length, which lets through what the mechanism says', function () {
    const llama = modelOf('llama', decoder);
    const results = python(this, FAKE_TORCH, [
      [onlySnippet(slidingWindow, llama, { window: 3 }), 'sliding_window_attention'],
      [onlySnippet(attentionSinks, llama, { window: 2, sinks: 1 }), 'attention_with_sinks'],
      [onlySnippet(stridedSparse, llama, { block: 2, summary: 1 }), 'fixed_sparse_attention'],
    ]) as { compiled: string[]; masks: number[][][]; calls: number }[];
    const seen = [
      (q: number, k: number) => k <= q && q - k < 3,
      (q: number, k: number) => k <= q && (q - k < 2 || k < 1),
      (q: number, k: number) => k <= q && (q >> 1 === k >> 1 || k % 2 === 1),
    ];
    results.forEach(({ compiled, masks, calls }, index) => {
      assert.deepEqual(compiled, ['create_block_mask', 'flex_attention']);
      assert.equal(calls, 5);
      assert.deepEqual(
        masks,
        [6, 4].map((n) =>
          Array.from({ length: n }, (_, q) =>
            Array.from({ length: n }, (__, k) => Number(seen[index]?.(q, k) ?? false)),
          ),
        ),
      );
    });
  });

  it('divide by nothing that is read from memory, which compiled code cannot do at its borders', () => {
    const code = onlySnippet(hierarchical, modelOf('llama', decoder));
    const [, visible = ''] = /def visible\(.*\n((?: {8}.*\n)+)/.exec(code) ?? [];
    assert.match(visible, /kv_idx/);
    assert.deepEqual(
      [...visible.matchAll(/\/\/ (\w+)/g)].map(([, by]) => by),
      ['BLOCK', 'BLOCK'],
    );
  });
});

describe('snippets', () => {
  it('are offered for the masks that the mechanism has, and no other', () => {
    for (const mechanism of replacements) {
      for (const [causal, model] of [
        [true, modelOf('llama', decoder)],
        [false, modelOf('bert', encoder)],
      ] as const) {
        if (mechanism.causal === 'both' || (mechanism.causal === 'yes') === causal) continue;
        assert.deepEqual(snippets(mechanism, model), [], mechanism.id);
      }
    }
  });
});

describe('what the snippets take from the architecture', () => {
  it('T5 and GPT-Neo do not scale the scores, and nor do their snippets', () => {
    const neo = {
      hidden_size: 64,
      num_layers: 2,
      num_heads: 4,
      vocab_size: 100,
      max_position_embeddings: 64,
    };
    const unscaled = [modelOf('t5', t5), modelOf('gpt_neo', { ...neo, attention_types: [[['global'], 2]] })];
    for (const mechanism of replacements) {
      for (const code of unscaled.flatMap((model) => snippets(mechanism, model))) {
        for (const [call] of code.matchAll(/(?:scaled_dot_product_attention|return flex_attention)\(.*/g)) {
          assert.match(call, /scale=1\.0/, mechanism.id);
        }
        if (mechanism.id === 'performer') assert.match(code, /favor\(q \* 16 \*\* 0\.5, k, v\)/);
      }
      for (const code of snippets(mechanism, modelOf('llama', decoder))) {
        assert.doesNotMatch(code, /scale=/, mechanism.id);
      }
    }
  });

  const cases: readonly (readonly [string, object, RegExp | undefined])[] = [
    ['t5', t5, /# Left out here: the relative position bias(; the padding mask)?\.$/m],
    ['bloom', { hidden_size: 64, n_layer: 2, n_head: 4, vocab_size: 100 }, /# Left out here: ALiBi\.$/m],
    ['falcon', falcon, /# Left out here: ALiBi, where the config sets alibi\.$/m],
    [
      'gemma2',
      { ...decoder, layer_types: undefined },
      /# Left out here: .*soft cap.*query_pre_attn_scalar\.$/m,
    ],
    ['granite', decoder, /# Left out here: .*attention_multiplier\.$/m],
    ['bert', encoder, /# Left out here: the padding mask\.$/m],
    ['vit', vit, undefined],
    ['llama', decoder, undefined],
    ['gpt2', gpt2, undefined],
  ];
  for (const [modelType, keys, expected] of cases) {
    it(`${modelType}: ${expected === undefined ? 'nothing is left out' : 'the snippets name what they leave out'}`, () => {
      const model = modelOf(modelType, keys);
      let count = 0;
      for (const mechanism of replacements) {
        if (mechanism.id === 'lsh') continue; // A layer of its own, with its own projections.
        const [code] = snippets(mechanism, model);
        if (code === undefined) continue;
        count++;
        if (expected === undefined) assert.doesNotMatch(code, /Left out/, mechanism.id);
        else assert.match(code, expected, mechanism.id);
      }
      assert.ok(count >= 8);
    });
  }

  it('names both what T5’s encoder has beside', () => {
    const [, code = ''] = snippets(stridedSparse, modelOf('t5', t5));
    assert.match(code, /# Left out here: the relative position bias; the padding mask\.$/m);
  });

  it('the decoder’s soft cap is not said of the image tower beside it', () => {
    const gemma = modelOf('gemma3', {
      text_config: { ...decoder, model_type: 'gemma3_text' },
      vision_config: { ...encoder, model_type: 'siglip_vision_model', image_size: 56, patch_size: 14 },
    });
    const codes = snippets(axial, gemma);
    assert.match(codes[0] ?? '', /query_pre_attn_scalar/);
    assert.doesNotMatch(codes.at(-1) ?? 'Left out', /Left out/);
  });
});

describe('the snippet for fewer key/value heads', () => {
  it('takes keys and values out of the matrix that holds the queries too, as the architecture lays it out', () => {
    const split = (modelType: string, keys: object): string | undefined =>
      /def keys_and_values\(weight\):\n.*\n((?: {4}.*\n)+)/.exec(
        onlySnippet(groupedQuery, modelOf(modelType, keys), { kvHeads: 2 }),
      )?.[1];
    assert.match(split('gpt2', gpt2) ?? '', /weight\.t\(\)\.chunk\(3\)/);
    const byHead = /unflatten\(0, \(OLD, 3, HEAD_DIM\)\)/;
    assert.match(split('bloom', { hidden_size: 64, n_layer: 2, n_head: 4, vocab_size: 100 }) ?? '', byHead);
    assert.match(split('falcon', { ...falcon, num_attention_heads: 4, hidden_size: 64 }) ?? '', byHead);
    const neox = { ...encoder, num_key_value_heads: undefined };
    assert.match(split('gpt_neox', neox) ?? '', byHead);
    assert.equal(split('bert', encoder), undefined);
  });

  it('refuses a matrix of another layout', () => {
    assert.match(
      onlySnippet(groupedQuery, modelOf('bert', encoder), { kvHeads: 2 }),
      /assert weight\.shape\[0\] == OLD \* HEAD_DIM/,
    );
  });
});

describe('the snippets of the recurrences', () => {
  const llama = modelOf('llama', decoder);

  it('retention keeps decays and state in float32: in bfloat16 the slow decays are 1', () => {
    const code = onlySnippet(gatedLinear, llama);
    assert.doesNotMatch(code, /gamma\.to\(/);
    assert.match(code, /\(x\.float\(\) for x in \(q, k, v\)\)/);
    assert.ok(code.indexOf('x.float()') < code.indexOf('state = q.new_zeros'));
    assert.match(code, /torch\.cat\(outputs, dim=2\)\.to\(dtype\)/);
  });

  it('the delta rule’s kernel refuses float32: inputs are cast, the result cast back', () => {
    const code = onlySnippet(gatedDelta, llama);
    assert.match(code, /x\.to\(torch\.bfloat16\) if dtype == torch\.float32/);
    assert.match(code, /g=log_decay\.float\(\)/);
    assert.match(code, /output\.transpose\(1, 2\)\.to\(dtype\)/);
  });
});

describe('the snippet of axial attention', () => {
  it('lays the tokens out in the grid that was measured', function () {
    const code = onlySnippet(axial, modelOf('llama', decoder));
    const lines = code.split('\n').filter((line) => /^ {4}(side|columns|rows) = /.test(line));
    const lengths = Array.from({ length: 500 }, (_, index) => index + 1);
    const program = [
      'import json, math, sys',
      'def grid(n):',
      ...lines,
      '    return [rows, columns]',
      'print(json.dumps([grid(n) for n in json.load(sys.stdin)]))',
    ].join('\n');
    assert.deepEqual(
      python(this, program, lengths),
      lengths.map((n) => [axialGrid(n).rows, axialGrid(n).columns]),
    );
  });
});
