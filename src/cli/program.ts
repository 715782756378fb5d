// Commands, arguments and options. Each command's work is imported when it is called, so that
// `drasim --version` starts quickly.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Command, InvalidArgumentError, Option } from 'commander';

/** Options that every command has. */
export interface CommonOptions {
  format: 'text' | 'json';
  inputMax: number;
}

/** The command line of drasim. */
export function createProgram(): Command {
  const program = new Command('drasim')
    .description('Kubernetes scheduling with Dynamic Resource Allocation, in virtual time')
    .version(packageVersion(), '--version')
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(drasim --help lists the commands)')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true });
  addRun(program);
  addCompare(program);
  addExplain(program);
  addValidate(program);
  addImport(program);
  addCatalogue(program);
  addConformance(program);
  for (const command of program.commands) {
    command
      .exitOverride()
      .showHelpAfterError(`(drasim ${command.name()} --help lists the options)`);
  }
  return program;
}

function addRun(program: Command): void {
  settings(program.command('run'))
    .description('simulate a scenario and sum it up')
    .option('--out <folder>', 'write result.json, tables and report.html there')
    .option(
      '--decisions <which>',
      'write decisions.jsonl too: what plugins said of every node, for pods POD,POD or every Nth attempt',
    )
    .action(async (file: string, options) => {
      const { runCommand } = await import('./run.js');
      process.exitCode = await runCommand(file, options);
    });
}

function addCompare(program: Command): void {
  common(program.command('compare'))
    .description('run a scenario under several strategies and seeds, and set them side by side')
    .argument('<scenario>', 'scenario file, or - for stdin')
    .requiredOption(
      '--strategies <names>',
      'strategies with commas between them, as --strategy has',
    )
    .option('--seeds <seeds>', 'seeds such as 42-51 or 1,2,5', '1-10')
    .option('--baseline <name>', 'strategy that differences are from; the first by default')
    .option(
      '--half-width <amount>',
      'wanted half of an interval, to advise seeds',
      parseAmount,
      0.5,
    )
    .option(
      '--metrics <names>',
      'metrics of whole runs to show, such as waitSeconds.*,pods.evicted',
    )
    .option(
      '--optimum-steps <count>',
      'steps to look for the best placement at a moment; 0 bounds it only',
      parseSteps,
      1000,
    )
    .option('--no-optimum', 'do not look how far runs are from the best placement')
    .option('--out <folder>', 'keep a row a run there, and go on from those that are there')
    .option('--threads <count>', 'threads; as many as processors by default', parseCount)
    .option('--set <name=value>', 'set a parameter, or a field by its path', collect, [])
    .option('--parameters <set>', 'take a named set of parameters')
    .option('--until <duration>', 'end of the runs, for example 7d')
    .action(async (file: string, options) => {
      const { compareCommand } = await import('./compare.js');
      process.exitCode = await compareCommand(file, options);
    });
}

function addExplain(program: Command): void {
  settings(program.command('explain'))
    .description('why a pod is where it is at a time, or pends; why a claim fits on a node, or not')
    .argument('[pod]', 'name of a pod, as results show it')
    .option('--claim <name>', 'a ResourceClaim, or POD/ENTRY for one made for a pod')
    .option('--node <name>', 'this node alone, device by device')
    .option('--at <time>', 'virtual time, for example 90m; the end of the run by default')
    .action(async (file: string, pod: string | undefined, options) => {
      const { explainCommand } = await import('./explain.js');
      process.exitCode = await explainCommand(file, pod, options);
    });
}

function addValidate(program: Command): void {
  common(program.command('validate'))
    .description('check scenarios and manifests: what is wrong, modelled, ignored')
    .argument('<file...>', 'files or folders, or - for stdin')
    .option('--strict', 'warnings fail too')
    .option('--kubernetes <version>', 'version profile for manifests, 1.32 to 1.37')
    .action(async (files: string[], options) => {
      const { validateCommand } = await import('./validate.js');
      process.exitCode = await validateCommand(files, options);
    });
}

function addImport(program: Command): void {
  common(program.command('import'))
    .description('make a scenario of `kubectl get ... -o yaml`')
    .argument('<file...>', 'files, or - for stdin')
    .option('--out <file>', 'write the scenario there instead of to stdout')
    .option('--name <name>', 'name of the scenario', 'imported')
    .option('--kubernetes <version>', 'version profile of the scenario')
    .action(async (files: string[], options) => {
      const { importCommand } = await import('./import.js');
      process.exitCode = await importCommand(files, options);
    });
}

function addCatalogue(program: Command): void {
  const catalogue = common(program.command('catalogue'))
    .description('the built-in devices and machines')
    .action(async (options) => {
      const { listCommand } = await import('./catalogue.js');
      process.exitCode = listCommand(options);
    });
  catalogue
    .enablePositionalOptions()
    .command('show')
    .description('Node and ResourceSlices of a machine, as its drivers publish them')
    .argument('<name>', 'machine or device')
    .option('--partitions <kind>', 'how devices are partitioned, for example mig')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['yaml', 'json']).default('yaml'),
    )
    .exitOverride()
    .action(async (name: string, options) => {
      const { showCommand } = await import('./catalogue.js');
      process.exitCode = showCommand(name, options);
    });
}

function addConformance(program: Command): void {
  common(program.command('conformance'))
    .description('run conformance vectors')
    .argument('<file...>', 'vector files (.jsonl)')
    .option('--kind <kind>', 'this kind only')
    .option('--id <id>', 'this vector only')
    .option('--all', 'print every failing vector')
    .action(async (files: string[], options) => {
      const { conformanceCommand } = await import('./conformance.js');
      process.exitCode = await conformanceCommand(files, options);
    });
}

/** What every command has that loads a scenario. */
function settings(command: Command): Command {
  return common(command)
    .argument('<scenario>', 'scenario file, or - for stdin')
    .option('--set <name=value>', 'set a parameter, or a field by its path', collect, [])
    .option('--parameters <set>', 'take a named set of parameters')
    .option('--seed <seed>', 'seed of the run')
    .option('--until <duration>', 'end of the run, for example 7d')
    .option('--strategy <name>', 'strategies NODE+DEVICE, or one of them');
}

function common(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'output').choices(['text', 'json']).default('text'))
    .option('--input-max <bytes>', 'refuse larger input (512Mi by default)', parseBytes);
}

function collect(value: string, list: string[]): string[] {
  return [...list, value];
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (!(amount > 0)) throw new InvalidArgumentError('expected an amount above 0, such as 0.25');
  return amount;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,3}$/.test(text) && count > 0) return count;
  throw new InvalidArgumentError('expected a count from 1 to 999');
}

function parseSteps(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a number of steps, 0 to 9999999');
}

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

function parseBytes(text: string): number {
  const match = /^(\d+)(|Ki|Mi|Gi)$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected bytes such as 1000000 or 64Mi');
  return Number(match[1]) * BYTE_UNITS[match[2]!]!;
}

/** Version of drasim. */
export function packageVersion(): string {
  // By the package's own name: the command is bundled, so that its place says nothing.
  const path = createRequire(import.meta.url).resolve('drasim/package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
