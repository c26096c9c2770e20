import { CASES, type Case } from './bodies.ts'
import type { Cell } from './measure.ts'

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [760, 420, 70, 50, 30, 210]
const COLOURS: Readonly<Record<Case | 'floor', string>> = {
  floor: '#6b7280', 'unrelated order': '#0f766e', 'inotuzumab order': '#b91c1c', 'inotuzumab order, fetched': '#1d4ed8', 'chart opened, treated': '#a16207', 'chart opened, untreated': '#7e22ce',
}

interface Line { readonly name: Case | 'floor'; readonly points: readonly (readonly [number, number])[] }

/** CPU time of one request by the number of Observations, one line a case, both axes logarithmic: a straight line of slope one is linear growth. */
export function growthFigure(cells: readonly Cell[], connections: number): string {
  const mine = cells.filter((cell) => cell.connections === connections)
  const lines: Line[] = [
    { name: 'floor', points: pointsOf(mine.filter(({ what }) => what === 'inotuzumab order'), ({ floor }) => floor.cpuMs) },
    ...CASES.map((name) => ({ name, points: pointsOf(mine.filter(({ what }) => what === name), ({ service }) => service.cpuMs) })),
  ]
  const drawn = lines.filter(({ points }) => points.length > 0)
  const all = drawn.flatMap(({ points }) => points)
  const x = scale(all.map(([value]) => value), LEFT, WIDTH - RIGHT)
  const y = scale(all.map(([, value]) => value), HEIGHT - BOTTOM, TOP)
  const marks = [...new Set(all.map(([value]) => value))].map((value) => `<text x="${x(value)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${value}</text>`)
  const levels = [0.1, 1, 10, 100].filter((value) => y(value) <= HEIGHT - BOTTOM && y(value) >= TOP)
    .map((value) => `<path d="M${LEFT} ${y(value)}H${WIDTH - RIGHT}" stroke="#e5e7eb"/><text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/><text x="${LEFT}" y="18">CPU time of one request, ms</text>
${[...levels, ...marks, ...drawn.map((line, i) => drawLine(line, i, x, y))].join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">Observations in the record</text></svg>
`
}

const pointsOf = (cells: readonly Cell[], of: (cell: Cell) => number) => cells.map((cell): readonly [number, number] => [cell.observations, of(cell)])

function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))]
  return (value) => Math.round(from + ((Math.log(value) - low) / (high - low || 1)) * (to - from))
}

function drawLine({ name, points }: Line, i: number, x: (value: number) => number, y: (value: number) => number): string {
  const path = points.map(([count, value], at) => `${at === 0 ? 'M' : 'L'}${x(count)} ${y(value)}`).join('')
  const legend = `<path d="M${WIDTH - RIGHT + 15} ${TOP + i * 20}h20" stroke="${COLOURS[name]}" stroke-width="2"/><text x="${WIDTH - RIGHT + 40}" y="${TOP + i * 20 + 4}">${name}</text>`
  return `<path d="${path}" fill="none" stroke="${COLOURS[name]}" stroke-width="2"/>${legend}`
}
