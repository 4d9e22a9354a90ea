/** There is no container engine in the tests: what can be read from the files is held here. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTING_NAMES } from '../../config.ts';
import { projectFolder } from './fixtures.ts';

const service = z.object({
  user: z.string(),
  profiles: z.array(z.string()).min(1),
  environment: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()).min(2), interval: z.string(), timeout: z.string() }),
});
const compose = z.object({
  services: z.record(z.string(), service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.unknown()),
});

const composeText = await readFile(join(projectFolder, 'docker-compose.yml'), 'utf8');
const { services, secrets } = compose.parse(parse(composeText, { merge: true }));
const dockerfile = await readFile(join(projectFolder, 'Dockerfile'), 'utf8');

const known = new Set<string>(SETTING_NAMES.flatMap((name) => [name, `${name}_FILE`]));
/** Names that hold a secret, in any of the images. */
const SECRET_NAME = /TOKEN|PASSWORD|SECRET|DATABASE_URL/;

describe.each(Object.entries(services))('service %s', (_, { environment, user, ...rest }) => {
  test('is checked, without root and without rights it does not need', () => {
    expect(user).not.toMatch(/^(0|root)(:|$)/);
    expect(rest.cap_drop).toEqual(['ALL']);
    expect(rest.security_opt).toContain('no-new-privileges:true');
    expect(rest.healthcheck.test[0]).toBe('CMD');
  });

  test('has its secrets from files', () => {
    const named = Object.entries(environment).filter(([name]) => SECRET_NAME.test(name));
    for (const [name, value] of named) {
      expect(name).toMatch(/_FILE$/);
      expect(rest.secrets.map((secret) => `/run/secrets/${secret}`)).toContain(value);
    }
    expect(named.map(([, value]) => value).sort()).toEqual(
      rest.secrets.map((secret) => `/run/secrets/${secret}`).sort(),
    );
  });

  test('uses settings that exist', () => {
    const ours = Object.keys(environment).filter((name) => name.startsWith('IOC_'));
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
  });

  test('publishes on loopback unless told otherwise', () => {
    for (const port of rest.ports) expect(port).toMatch(/^\$\{PUBLISH_ON:-127\.0\.0\.1\}:/);
  });
});

test('no secret has a default', () => {
  for (const { file } of Object.values(secrets)) expect(file).toMatch(/^\$\{SECRETS_DIR:\?[^}]+\}\/\w+$/);
  expect(composeText).not.toMatch(/\$\{[A-Z_]*(TOKEN|PASSWORD|SECRET)[A-Z_]*:-/);
});

test('both ways to run it can be chosen', () => {
  const profiles = new Set(Object.values(services).flatMap((each) => each.profiles));
  expect([...profiles].sort()).toEqual(['embedded', 'servers']);
});

test('the image runs without root, says whether it is healthy, and sets only settings that exist', () => {
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK .*\\\n.*\/healthz/m);
  expect([...dockerfile.matchAll(/\bIOC_[A-Z_]+/g)].map(([name]) => name).filter((name) => !known.has(name))).toEqual(
    [],
  );
});

test('the image copies what exists, and every folder the server imports', async () => {
  const built = new Set(['node_modules', 'dist', '*.ts']);
  const copied = [...dockerfile.matchAll(/^COPY --from=build (.+) \S+$/gm)]
    .flatMap(([, sources = '']) => sources.split(' '))
    .map((source) => source.replace('/app/', ''));
  expect(copied.filter((name) => !built.has(name) && !existsSync(join(projectFolder, name)))).toEqual([]);
  const roots = (await readdir(projectFolder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const texts = await Promise.all(roots.map((name) => readFile(join(projectFolder, name), 'utf8')));
  const imported = texts.flatMap((text) => [...text.matchAll(/from '\.\/(\w+)\//g)].map(([, folder]) => folder));
  expect(imported).toContain('ingest');
  expect(imported.filter((folder) => folder === undefined || !copied.includes(folder))).toEqual([]);
});
