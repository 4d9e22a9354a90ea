import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SchoolId } from '../../../contracts/ids.ts';
import { installationQuery } from '../../data/queries.ts';
import { Choice } from '../../ui/Choice.tsx';
import { CopyBlock } from '../../ui/CopyBlock.tsx';
import { reachableHost, SNIPPET_IDS, type SnippetId, snippet } from '../../widgets/snippets.ts';
import { useWords } from '../../words/words.ts';
import styles from './ConnectPage.module.css';
import type { NewCredential } from './GatewayForm.tsx';

/** What to paste where, with the new credential already in it. */
export function Snippets(props: { readonly school: SchoolId; readonly credential: NewCredential | null }) {
  const { t } = useWords();
  const { data: installation } = useQuery(installationQuery);
  const [id, setId] = useState<SnippetId>('test');
  if (!installation) return null;
  const { host, port, tlsPort, webSocketPath } = installation.mqtt;
  const words: Record<SnippetId, string> = {
    test: t('connect.test'),
    bridge: t('connect.bridge'),
    tasmota: 'Tasmota',
    zigbee2mqtt: 'Zigbee2MQTT',
    esphome: 'ESPHome',
  };
  if (port === null && tlsPort === null) return <p>{t('connect.noTcp', { path: webSocketPath })}</p>;
  const { credential } = props;
  const text = snippet(id, {
    host: reachableHost(host, window.location.hostname),
    port: port ?? tlsPort ?? 1883,
    gateway: credential?.id ?? 'gw-chinh',
    username: credential?.username ?? `${props.school}/gw-chinh`,
    password: credential?.password ?? t('connect.passwordHere'),
  });
  return (
    <>
      {credential ? null : <p className={styles.hint}>{t('connect.placeholder')}</p>}
      <div className={styles.scroll}>
        <Choice
          label={t('connect.snippets')}
          value={id}
          options={SNIPPET_IDS.map((value) => ({ value, word: words[value] }))}
          onChange={setId}
        />
      </div>
      <CopyBlock text={text} label={words[id]} copyWord={t('app.copy')} copiedWord={t('app.copied')} />
      {tlsPort === null ? null : <p className={styles.hint}>{t('connect.tlsHint', { port: String(tlsPort) })}</p>}
    </>
  );
}
