import assert from 'node:assert/strict';
import { Script, createContext } from 'node:vm';
import { escapeJson, renderHtml } from '../../src/report/html';
import type { Report } from '../../src/report/report';
import { report } from './cliReportFixture';

const attack = '</script><script>alert(1)</script><!-- "\'&\u2028';
const hostile: Report = {
  ...report,
  source: { name: attack },
  model: { ...report.model, modelType: attack },
  run: { ...report.run, notes: [attack] },
};
const assets = {
  script:
    'globalThis.seen = ["</script>", "<!--", `</SCRIPT>`, /<\\/script>/.test("</script>"), 1 < 2];\n//# sourceMappingURL=panel.js.map\n',
  styles: 'body::after { content: "</style>"; }',
};
const page = renderHtml(hostile, assets);

/** Texts of the script elements as the HTML parser cuts them: up to the first end tag. */
function scripts(html: string): { attributes: string; text: string }[] {
  return [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script/gi)].map((match) => ({
    attributes: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

describe('renderHtml', () => {
  it('keeps a hostile model name inside the data', () => {
    const found = scripts(page);
    assert.equal(found.length, 2);
    assert.equal(page.match(/<script/gi)?.length, 2);
    assert.equal(page.match(/<\/script/gi)?.length, 2);
    assert.doesNotMatch(page, /<!--/);
    assert.doesNotMatch(page, /\u2028.*<\/script>/);
    assert.match(page, /<title>&lt;\/script&gt;&lt;script&gt;alert\(1\)/);
  });

  it('carries the whole report, unchanged', () => {
    const data = scripts(page).find((script) => script.attributes.includes('id="headroom-report"'));
    assert.equal(data?.attributes, ' type="application/json" id="headroom-report"');
    assert.deepEqual(JSON.parse(data.text), JSON.parse(JSON.stringify(hostile)));
  });

  it('does not tell where the config lies on this computer', () => {
    const uri = 'file:///home/somebody/private/config.json';
    const placed = renderHtml({ ...report, source: { name: 'private/config.json', uri } }, assets);
    assert.doesNotMatch(placed, /somebody/);
    const data = scripts(placed).find((script) => script.attributes.includes('id="headroom-report"'));
    const { source } = JSON.parse(data?.text ?? '') as Report; // The page's own data, checked by the test above.
    assert.deepEqual(source, { name: 'private/config.json' });
  });

  it('embeds the panel so that it means the same and cannot end its element', () => {
    const code = scripts(page).find((script) => script.attributes.includes('nonce='));
    const context = createContext({});
    new Script(code?.text ?? '').runInContext(context);
    assert.deepEqual(
      new Script('JSON.stringify(seen)').runInContext(context),
      JSON.stringify(['</script>', '<!--', '</SCRIPT>', true, true]),
    );
    assert.doesNotMatch(page, /sourceMappingURL/);
    assert.equal(page.match(/<\/style/g)?.length, 1);
  });

  it('forbids everything but its own script and style, by a nonce that is new each time', () => {
    const nonceOf = (html: string): string =>
      /<meta property="csp-nonce" content="([^"]+)">/.exec(html)?.[1] ?? '';
    const nonce = nonceOf(page);
    assert.match(nonce, /^[A-Za-z0-9+/]{24}$/);
    assert.notEqual(nonceOf(renderHtml(hostile, assets)), nonce);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    assert.deepEqual(policy.split('; '), [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    assert.match(page, new RegExp(`<style nonce="${nonce.replace(/[+/]/g, '\\$&')}">`));
    // A script above the policy would not be bound by it.
    assert.ok(page.indexOf('Content-Security-Policy') < page.search(/<style|<script/));
  });

  it('is a page with language, viewport, title and a text for browsers without JavaScript', () => {
    assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
    assert.match(page, /<meta name="viewport" content="width=device-width, initial-scale=1">/);
    const fallback = /<noscript>([\s\S]*?)<\/noscript>/.exec(page)?.[1] ?? '';
    assert.match(fallback, /Dense attention, measured/);
    assert.match(fallback, /4\.50/);
    assert.doesNotMatch(page, /(src|href)="/);
  });
});

describe('escapeJson', () => {
  it('has no character that ends a script element or a JavaScript line, and parses to the same', () => {
    const text = escapeJson({ attack });
    assert.doesNotMatch(text, /[<>\u2028\u2029]/);
    assert.deepEqual(JSON.parse(text), { attack });
  });
});
