import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { handleBadBytes } from '../../src/http/problems.ts'

/** What a client reads when the HTTP parser of its connection gives up with this code. */
async function answerTo(code: string): Promise<string> {
  const server = createServer((socket) => handleBadBytes(Object.assign(new Error('SECRET'), { code }), socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  // Sound: a TCP server that listens has an AddressInfo.
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk: Buffer) => void (answer += String(chunk)))
  await once(socket, 'close')
  return answer
}

it.each([
  ['HPE_HEADER_OVERFLOW', 431, 'Request Header Fields Too Large', 'headers-too-large'], ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'Request Timeout', 'request-too-slow'],
  ['HPE_INVALID_METHOD', 400, 'Bad Request', 'invalid-request'], ['', 400, 'Bad Request', 'invalid-request'],
])('a request given up with %s is answered %i, and nothing of it is repeated', async (code, status, words, problem) => {
  const [head = '', body = ''] = (await answerTo(code)).split('\r\n\r\n')
  expect(head.split('\r\n')[0]).toBe(`HTTP/1.1 ${String(status)} ${words}`)
  expect(head).toContain(`Content-Length: ${String(Buffer.byteLength(body))}`)
  expect(JSON.parse(body)).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ details: { coding: [{ code: problem }] } }] })
  expect(body).not.toContain('SECRET')
})

it('a client that is gone is told nothing', async () => {
  expect(await answerTo('ECONNRESET')).toBe('')
})
