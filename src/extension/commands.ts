/**
 * Every command, by the name of its handler. package.json declares the same ones: a test compares them.
 * Imports nothing from the editor, so that the test runs in plain Node.
 */
export const commandIds = {
  profileAttention: 'headroom.profileAttention',
  profileAtLength: 'headroom.profileAtLength',
  openPanel: 'headroom.openPanel',
  explainEstimate: 'headroom.explainEstimate',
  compareConfigs: 'headroom.compareConfigs',
  chooseDevice: 'headroom.chooseDevice',
  exportReport: 'headroom.exportReport',
  fetchModelConfig: 'headroom.fetchModelConfig',
  clearProfiles: 'headroom.clearProfiles',
  installCudaRuntime: 'headroom.installCudaRuntime',
  showLog: 'headroom.showLog',
} as const;

export type CommandName = keyof typeof commandIds;

/**
 * One handler a command. The argument is what the menu or the caller passes: a Uri, or nothing; from the explorer,
 * all that is selected follows it.
 */
export type CommandHandlers = Readonly<
  Record<CommandName, (argument: unknown, selection: unknown) => unknown>
>;

interface Registers<D> {
  registerCommand(id: string, handler: (argument: unknown, selection: unknown) => unknown): D;
}

/** Registers all of `handlers` with the editor's command registry. */
export function registerCommands<D>(registry: Registers<D>, handlers: CommandHandlers): D[] {
  return Object.entries(commandIds).map(([name, id]) =>
    // Object.entries widens the keys of a const object to string.
    registry.registerCommand(id, handlers[name as CommandName]),
  );
}
