/** Variables of the editor's theme for each tone, the first that is set counts. */
export const toneVariables = {
  foreground: ['--vscode-charts-foreground', '--vscode-foreground'],
  muted: ['--vscode-descriptionForeground', '--vscode-foreground'],
  grid: ['--vscode-charts-lines', '--vscode-panel-border', '--vscode-contrastBorder'],
  background: ['--vscode-editor-background'],
  blue: ['--vscode-charts-blue'],
  green: ['--vscode-charts-green'],
  orange: ['--vscode-charts-orange'],
  purple: ['--vscode-charts-purple'],
  red: ['--vscode-charts-red'],
  yellow: ['--vscode-charts-yellow'],
  error: ['--vscode-editorError-foreground', '--vscode-errorForeground', '--vscode-charts-red'],
} as const;

export type Tone = keyof typeof toneVariables;
