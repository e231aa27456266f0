import assert from 'node:assert/strict';
import { declaredScenario } from '../../src/config/scenario';
import { estimate } from '../../src/cost/estimateModel';
import { figureKeys } from '../../src/explain/figureKeys';
import { explanationPage, pageLinks } from '../../src/extension/explain/explanationPage';
import { figureGroups } from '../../src/extension/explain/figureGroups';
import { readConfig, readText } from '../fixtures/readFixture';

const path = 'examples/llama-3.2-1b/config.json';
const text = readText(path);
const model = readConfig(path);
const scenario = declaredScenario(model, undefined);
const subject = { name: 'llama_x/config.json', model, scenario, text };
const links = {
  place: (line: number, column: number) => `file:///config.json#L${String(line)},${String(column)}`,
  figure: (key: string) => `page:${key}`,
};

describe('the page of a figure', () => {
  const page = explanationPage({ ...subject, key: 'memory.kvCache' }, links);

  it('has the conditions, that it is projected, and the derivation', () => {
    assert.match(page, /^# KV cache of llama_x\/config\.json\n/);
    assert.match(
      page,
      /Projected by a closed formula, not measured: n = 131,072 tokens, batch 1, bfloat16\./,
    );
    assert.match(page, /\*\*KV cache: 4\.00 GiB\*\*/);
    assert.match(page, /num\\_hidden\\_layers = 16 \(config\.json:\d+\)/);
    assert.doesNotMatch(page, /NaN|undefined|Training step/);
  });

  it('links to the keys of the config, at their line and column', () => {
    const lines = text.split('\n');
    const targets = pageLinks(page).map(({ offset, length, target }) => ({
      shown: page.slice(offset, offset + length),
      place: /#L(\d+),(\d+)$/.exec(target),
    }));
    const keys = ['num_hidden_layers', 'num_key_value_heads'];
    for (const key of keys) {
      const link = targets.find(({ shown }) => shown.startsWith(`[${key}`));
      assert.ok(link?.place, `${key} has no link in ${JSON.stringify(targets)}`);
      const [, line = '', column = ''] = link.place;
      const rest = lines[Number(line) - 1]?.slice(Number(column) - 1) ?? '';
      assert.match(rest, new RegExp(`^("${key}"|\\d)`), rest);
    }
  });

  it('names the recipe where the figure is one of training, and the figures that it is made of', () => {
    const training = explanationPage({ ...subject, key: 'memory.training.peak' }, links);
    assert.match(training, /Training step with: adamw/);
    assert.match(training, /## Figures that it is made of\n\n- \[/);
    assert.ok(pageLinks(training).some(({ target }) => target.startsWith('page:memory.training.')));
  });

  it('leads to the file that the shape is from, where that is another one', () => {
    const plain = { name: subject.name, model, scenario };
    const elsewhere = { name: 'base/config.json', uri: 'file:///base/config.json' };
    const other = explanationPage({ ...plain, elsewhere, key: 'memory.kvCache' }, links);
    assert.match(other, /is from \[base\/config\.json\]\(file:\/\/\/base\/config\.json\)\./);
    assert.doesNotMatch(other, /Keys of/);
  });

  it('takes no link from a text of the config', () => {
    const hostile = { ...model, assumptions: ['[run](command:rm) and \\[that](command:rm).'] };
    const other = explanationPage({ ...subject, model: hostile, key: 'parameters.total' }, links);
    assert.deepEqual(
      pageLinks(other).filter(({ target }) => target.startsWith('command:')),
      [],
    );
  });

  it('can be written of every figure', () => {
    for (const { key } of figureKeys) {
      assert.doesNotMatch(explanationPage({ ...subject, key }, links), /NaN|undefined/, key);
    }
  });
});

describe('the figures to choose from', () => {
  it('are every one, grouped, with value and unit; those of one device only where there are more', () => {
    const whole = figureGroups(estimate(model, scenario));
    const keys = whole.flatMap(({ figures }) => figures.map(({ key }) => key));
    const expected = figureKeys.map(({ key }) => key).filter((key) => !key.startsWith('perDevice.'));
    assert.deepEqual([...keys].sort(), [...expected].sort());
    const cache = whole.flatMap(({ figures }) => figures).find(({ key }) => key === 'memory.kvCache');
    assert.deepEqual(cache, { key: 'memory.kvCache', title: 'KV cache', text: '4.00 GiB' });
    assert.deepEqual(
      whole.map(({ title }) => title),
      ['Memory of inference', 'Memory of training', 'Compute', 'Parameters'],
    );
    const spread = figureGroups(estimate(model, { ...scenario, parallelism: { tensor: 2 } }));
    assert.equal(spread.at(-1)?.title, 'On the most loaded device');
    assert.equal(spread.flatMap(({ figures }) => figures).length, figureKeys.length);
  });
});
