import assert from 'node:assert/strict';
import { fieldKindOf } from '../../src/config/fields/fieldKinds';
import { fieldNumber, isLiteralText } from '../../src/config/fields/fieldNumber';
import { readPythonLiteral } from '../../src/config/formats/pythonLiteral';

const lengths = [
  'max_position_embeddings',
  'n_positions',
  'n_ctx',
  'max_seq_len',
  'max_sequence_length',
  'seq_length',
  'seq_len',
  'sequence_len',
  'max_seq_length',
  'max_length',
  'model_max_length',
  'block_size',
  'cutoff_len',
  'context_length',
  'num_ctx',
  'max_model_len',
  'max-model-len',
  '--max-model-len',
  'maxModelLen',
  'encoder_seq_length',
  'max_source_positions',
  'max_target_positions',
  'max_total_tokens',
  'max_input_length',
  'max_target_length',
  'ctx-size',
  '--context-length',
  'seq-length',
  'MAX_SEQ_LEN',
];

describe('config fields: kinds', () => {
  for (const key of lengths) {
    it(`knows ${key} as a length`, () => {
      assert.equal(fieldKindOf(key), 'length');
    });
  }

  it('knows the other kinds', () => {
    const keys = {
      window: ['sliding_window', 'attention_window', 'local_attention', 'window_size', 'sliding_window_size'],
      heads: ['num_attention_heads', 'n_head', 'n_heads', 'num-attention-heads', 'encoder_attention_heads'],
      keyValueHeads: ['num_key_value_heads', 'num_kv_heads', 'n_kv_heads', 'num_query_groups'],
      headDim: ['head_dim', 'kv_channels', 'd_kv'],
      layers: ['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers', 'decoder_layers'],
      imageSize: ['image_size'],
      patchSize: ['patch_size'],
      ropeOriginalLength: ['original_max_position_embeddings'],
    };
    for (const [kind, names] of Object.entries(keys)) {
      for (const name of names) assert.equal(fieldKindOf(name), kind, name);
    }
  });

  it('takes factor for one of positions inside a rope mapping only', () => {
    assert.equal(fieldKindOf('factor'), undefined);
    assert.equal(fieldKindOf('factor', ['scheduler']), undefined);
    assert.equal(fieldKindOf('factor', ['rope_scaling']), 'ropeFactor');
    assert.equal(fieldKindOf('factor', ['text_config', 'rope_parameters', 'full_attention']), 'ropeFactor');
  });

  it('leaves the keys of other mappings alone', () => {
    assert.equal(fieldKindOf('block_size', ['quantization_config']), undefined);
    assert.equal(fieldKindOf('max_length', ['task_specific_params', 'summarization']), undefined);
    for (const key of [
      'hidden_size',
      'vocab_size',
      'model_parallel',
      'max_new_tokens',
      'length',
      'constructor',
    ]) {
      assert.equal(fieldKindOf(key), undefined, key);
    }
  });
});

describe('config fields: values', () => {
  const number = (value: unknown, key = 'max_seq_len'): unknown => {
    const found = fieldNumber('length', key, value);
    return found.value ?? found.state;
  };

  it('reads numbers as files write them', () => {
    assert.equal(number(8192), 8192);
    assert.equal(number('8192'), 8192);
    assert.equal(number(' 8_192 '), 8192);
    assert.equal(number('1e5'), 100_000);
    assert.equal(number([512, 512]), 512);
    assert.equal(fieldNumber('imageSize', 'image_size', { height: 224, width: 224 }).value, 224);
    assert.equal(fieldNumber('ropeFactor', 'factor', 1.5).value, 1.5);
  });

  it('reads 32k where the framework does', () => {
    assert.equal(number('32k', 'max-model-len'), 32_000);
    assert.equal(number('32K', 'max_model_len'), 32_768);
    assert.equal(number('32k'), 'unreadable');
  });

  it('tells what is not set', () => {
    for (const value of [null, undefined, false, '', 'auto', 'None', 'null', '~', 0, -1, '-1']) {
      assert.equal(number(value), 'unset', String(value));
    }
  });

  it('tells what is no number', () => {
    for (const value of ['4 * 1024', 'abc', 1.5, -5, Infinity, NaN, true, [1, 2], [], {}, '9'.repeat(100)]) {
      assert.equal(number(value), 'unreadable', JSON.stringify(value));
    }
    assert.equal(fieldNumber('heads', 'n_head', 0).state, 'unreadable');
  });

  it('tells one literal from an expression', () => {
    for (const text of ['8192', '8_192', '"8192"', "'32k'", '1e5', 'null', 'None', 'auto', '-1']) {
      assert.ok(isLiteralText(text), text);
    }
    for (const text of ['', '4 * 1024', '2**15', '$LEN', '*len', '"8192', '[512, 512]', '${data.seq}']) {
      assert.ok(!isLiteralText(text), text);
    }
  });

  it('computes the arithmetic of Python, shifts included', () => {
    for (const [source, value] of [
      ['4 * 1024', 4096],
      ['2**15', 32_768],
      ['1 << 15', 32_768],
      ['1 << 10 + 2', 4096],
      ['(1 << 12) - 1 ', 4095],
      ['65536 >> 1', 32_768],
      ['32_768', 32_768],
    ] as const) {
      assert.equal(readPythonLiteral(source)?.value, value, source);
    }
    for (const source of ['1 <<', '1 << -1', '1.5 << 2', '1 << 2000', 'x << 2', '1 <<= 2', '('.repeat(500)]) {
      assert.equal(readPythonLiteral(source), undefined, source);
    }
  });
});
