// Pictures of the panel in every theme and state, for the eye: `node scripts/panelShots.mjs [filter]`.
// Writes out/screenshots/. The report in them is the made-up one of the tests.
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';
import { ensureChromium } from './ensureTools.mjs';

// The fixtures are TypeScript, loaded as the tests load them.
register();
const require = createRequire(import.meta.url);
const {
  buildPanel,
  launchChromium,
  openInHost,
  openStandalone,
  post,
  settle,
} = require('../test/fixtures/panelPage.ts');
const {
  cancelledReport,
  failedReport,
  runningReport,
  sampleReport,
  startingReport,
  twoKindReport,
} = require('../test/fixtures/sampleReport.ts');

const folder = 'out/screenshots';
const pieceHeight = 1200;
const filter = process.argv[2] ?? '';

const narrow = { viewport: { width: 400, height: 800 } };
const shots = {
  light: { theme: 'light', report: sampleReport },
  dark: { theme: 'dark', report: sampleReport },
  'high-contrast': { theme: 'highContrast', report: sampleReport },
  'dark-bars-training': {
    theme: 'dark',
    report: twoKindReport,
    controls: { headView: 'bars', use: 'training', scale: 'linear' },
  },
  'light-stacked': {
    theme: 'light',
    report: sampleReport,
    controls: { headView: 'table', scale: 'linear', attention: 'naive' },
  },
  'narrow-dark': { theme: 'dark', report: sampleReport, context: narrow },
  'narrow-light-bars': {
    theme: 'light',
    report: sampleReport,
    context: narrow,
    controls: { headView: 'bars' },
  },
  starting: { theme: 'dark', report: startingReport },
  running: { theme: 'dark', report: runningReport },
  failed: { theme: 'dark', report: failedReport },
  cancelled: { theme: 'light', report: cancelledReport },
  'standalone-light': { report: sampleReport, context: { colorScheme: 'light' } },
  'standalone-dark': { report: sampleReport, context: { colorScheme: 'dark' } },
  'standalone-forced': { report: sampleReport, context: { forcedColors: 'active', colorScheme: 'dark' } },
};

await mkdir(folder, { recursive: true });
const assets = await buildPanel();
console.log(`panel.js ${String(Math.round(assets.script.length / 1000))} kB`);
const browser = await launchChromium(ensureChromium());
try {
  for (const [name, shot] of Object.entries(shots)) {
    if (!name.includes(filter)) continue;
    const { page, problems } = await open(shot);
    await settle(page);
    await shootInPieces(page, name);
    for (const problem of problems) console.log(`${name}: ${problem}`);
    await page.context().close();
  }
} finally {
  await browser.close();
}
console.log(`${folder}/`);

/** A whole page is too tall to be looked at: it is cut into pieces. */
async function shootInPieces(page, name) {
  const { width, height } = await page.evaluate(
    '({ width: innerWidth, height: document.documentElement.scrollHeight })',
  );
  for (let top = 0, piece = 1; top < height; top += pieceHeight, piece++) {
    const clip = { x: 0, y: top, width, height: Math.min(pieceHeight, height - top) };
    await page.screenshot({ path: `${folder}/${name}-${String(piece)}.png`, fullPage: true, clip });
  }
}

async function open({ theme, report, context, controls }) {
  if (theme === undefined) return openStandalone(browser, assets, report(), context);
  const opened = await openInHost(browser, { assets, theme, context });
  if (controls !== undefined) {
    // As after a reload: the panel finds what the reader had chosen.
    await opened.page.evaluate(`sessionStorage.setItem('state', '${JSON.stringify({ controls })}')`);
    await opened.page.reload();
  }
  await post(opened.page, { type: 'report', report: report() });
  return opened;
}
