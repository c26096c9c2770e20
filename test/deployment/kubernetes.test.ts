import { existsSync, readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { CONFIG_DOCS, isProblems, readConfig } from '../../src/config.ts'
import { readClients, readSite } from '../../src/config-files.ts'
import { run } from '../http/service.ts'
import { at, base, envFile, imageEnv, imageUser, list, ROOT, yaml } from './manifests.ts'

const KUBERNETES = 'docker/kubernetes'
const SETTINGS = new Set(CONFIG_DOCS.map(({ name }) => name))
const settings = envFile(`${KUBERNETES}/base/settings.env`)
const deployment = base('deployment')
const pod = at(deployment, 'spec.template.spec')
const container = at(pod, 'containers.0')
const overlays = readdirSync(`${ROOT}${KUBERNETES}/overlays`)
const secretsOf = (overlay: string) => envFile(`${KUBERNETES}/overlays/${overlay}/secrets.env.example`)

describe('the Kubernetes manifests', () => {
  test('set only settings that the service has', () => {
    const named = [...Object.keys(settings), ...overlays.flatMap((overlay) => Object.keys(secretsOf(overlay)))]
    expect(named.filter((name) => !SETTINGS.has(name))).toEqual([])
  })

  test.each(overlays)('%s: its settings, clients and site are ones that the service starts with', (overlay) => {
    const folder = `${ROOT}${KUBERNETES}/overlays/${overlay}`
    const literals = list(yaml(`${KUBERNETES}/overlays/${overlay}/kustomization.yaml`), 'configMapGenerator').flatMap((generator) => list(generator, 'literals')).map(String)
    const merged = { ...settings, ...Object.fromEntries(literals.map((pair) => pair.split('=', 2))), ...secretsOf(overlay) }
    const config = readConfig({ ...merged, CLIENTS_FILE: `${folder}/clients.yaml`, SITE_SETTINGS: `${folder}/site.yaml` }, { command: 'serve', inContainer: true })
    expect(isProblems(config) ? config : []).toEqual([])
    expect(isProblems(config) ? [] : config.notices).toEqual([])
  })

  test('the base starts too, and lets nobody in', () => {
    expect(readClients(`${ROOT}${KUBERNETES}/base/clients.yaml`)).toEqual([])
    expect(readSite(`${ROOT}${KUBERNETES}/base/site.yaml`)).toMatchObject({ profile: 'label-us' })
  })

  test('name one port everywhere', () => {
    const ports = [
      settings['PORT'], imageEnv['PORT'], at(container, 'ports.0.containerPort'), at(deployment, 'spec.template.metadata.annotations.prometheus\\.io/port'), at(base('network-policy'), 'spec.ingress.0.ports.0.port'),
    ]
    expect(ports.map(Number)).toEqual([8080, 8080, 8080, 8080, 8080])
    expect(at(base('service'), 'spec.ports.0.targetPort')).toBe(at(container, 'ports.0.name'))
  })

  test('probe addresses that the service answers', async () => {
    const { base: url } = await run()
    const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => at(container, `${probe}.httpGet`))
    const paths = [...probes.map((get) => at(get, 'path')), at(deployment, 'spec.template.metadata.annotations.prometheus\\.io/path')].map(String)
    expect(paths).toEqual(['/health/live', '/health/live', '/health/ready?for=cards', '/metrics'])
    for (const path of paths) expect((await fetch(url + path)).status).toBe(200)
    expect(probes.map((get) => at(get, 'port'))).toEqual(['http', 'http', 'http'])
  })

  test('publish what EHRs call, and neither metrics nor administration', () => {
    for (const overlay of overlays) {
      const paths = list(yaml(`${KUBERNETES}/overlays/${overlay}/ingress.yaml`), 'spec.rules').flatMap((rule) => list(rule, 'http.paths')).map((entry) => String(at(entry, 'path')))
      expect(paths).toContain('/cds-services')
      expect(paths.filter((path) => ['/', '/metrics', '/health', '/admin'].some((inner) => inner === path || inner.startsWith(`${path}/`)))).toEqual([])
    }
  })

  test('run as the user of the image, who is not root, and may write to nothing but volumes', () => {
    expect([at(pod, 'securityContext.runAsUser'), at(pod, 'securityContext.runAsGroup')]).toEqual(imageUser)
    expect(at(pod, 'securityContext')).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(at(container, 'securityContext')).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
    expect(at(pod, 'automountServiceAccountToken')).toBe(false)
  })

  test('mount what the settings name', () => {
    const mounts = list(container, 'volumeMounts').map((mount) => String(at(mount, 'mountPath')))
    const volumes = list(pod, 'volumes').map((volume) => at(volume, 'name'))
    expect(mounts).toContain(settings['DATA_DIR'])
    for (const file of [settings['CLIENTS_FILE'], settings['SITE_SETTINGS']]) expect(mounts.some((mount) => file?.startsWith(`${mount}/`))).toBe(true)
    expect(list(container, 'volumeMounts').map((mount) => at(mount, 'name')).filter((name) => !volumes.includes(name))).toEqual([])
  })

  test('an update takes no replica away before another is ready, and gives the last call its time', () => {
    expect(at(deployment, 'spec.strategy')).toMatchObject({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } })
    const ending = Number(settings['DRAIN_MS']) + Number(settings['DEADLINE_MS'])
    expect(Number(at(pod, 'terminationGracePeriodSeconds')) * 1000).toBeGreaterThan(ending + 5_000)
    const unready = Number(at(container, 'readinessProbe.periodSeconds')) * Number(at(container, 'readinessProbe.failureThreshold'))
    expect(Number(settings['DRAIN_MS'])).toBeGreaterThanOrEqual(unready * 1000)
  })

  test('there are always two replicas at least, of which a drain takes one at a time', () => {
    expect(at(deployment, 'spec.replicas')).toBeUndefined()
    expect(Number(at(base('autoscaler'), 'spec.minReplicas'))).toBeGreaterThanOrEqual(2)
    expect(at(base('disruption-budget'), 'spec.maxUnavailable')).toBe(1)
    expect(list(pod, 'topologySpreadConstraints')).toHaveLength(2)
  })

  test('all select the same pods', () => {
    const labels = at(deployment, 'spec.template.metadata.labels')
    const selectors = [
      at(deployment, 'spec.selector.matchLabels'), at(base('service'), 'spec.selector'), at(base('disruption-budget'), 'spec.selector.matchLabels'), at(base('network-policy'), 'spec.podSelector.matchLabels'),
      ...list(pod, 'topologySpreadConstraints').map((constraint) => at(constraint, 'labelSelector.matchLabels')),
    ]
    for (const selector of selectors) expect(selector).toEqual(labels)
    expect(at(base('autoscaler'), 'spec.scaleTargetRef.name')).toBe(at(deployment, 'metadata.name'))
  })

  test('every file is part of the whole', () => {
    const files = readdirSync(`${ROOT}${KUBERNETES}/base`).filter((file) => file !== 'kustomization.yaml')
    const whole = yaml(`${KUBERNETES}/base/kustomization.yaml`)
    const named = [...list(whole, 'resources'), ...list(whole, 'configMapGenerator').flatMap((generator) => [...list(generator, 'envs'), ...list(generator, 'files')])]
    expect(files.toSorted()).toEqual(named.map(String).toSorted())
  })

  const kubectl = existsSync('/usr/bin/kubectl') || existsSync('/usr/local/bin/kubectl')
  test.skipIf(!kubectl).each(overlays)('%s: kubectl can build it, with the secrets filled in', (overlay) => {
    const copy = mkdtempSync(join(tmpdir(), 'ino-kubernetes-'))
    onTestFinished(() => rmSync(copy, { recursive: true }))
    cpSync(`${ROOT}${KUBERNETES}`, copy, { recursive: true })
    renameSync(join(copy, 'overlays', overlay, 'secrets.env.example'), join(copy, 'overlays', overlay, 'secrets.env'))
    const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', join(copy, 'overlays', overlay)], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    const kinds = parseAllDocuments(stdout).map((document) => String(at(document.toJS(), 'kind')))
    expect(kinds.toSorted()).toEqual(['ConfigMap', 'ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Ingress', 'NetworkPolicy', 'PodDisruptionBudget', 'Secret', 'Service', 'ServiceAccount'])
  })
})
