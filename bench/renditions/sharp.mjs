// Makes the renditions of each path that comes in as a line of JSON, and answers with a line.
import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

sharp.cache(false)
sharp.concurrency(1)

const folder = process.argv[2]
const sizes = [[2048, true, false], [1024, true, false], [512, true, true], [256, false, true]]
const marks = new Map(sizes.filter(([, marked]) => marked)
  .map(([side]) => [side, readFileSync(join(folder, `mark-${side}.png`))]))

async function make (path) {
  let { data, info } = await raw(sharp(path).autoOrient().toColourspace('srgb'), 2048)
  for (const [side, marked, webp] of sizes) {
    if (side < Math.max(info.width, info.height)) {
      ({ data, info } = await raw(sharp(data, { raw: plain(info) }), side))
    }
    let shown = sharp(data, { raw: plain(info) })
    if (marked) {
      const layer = await sharp(marks.get(side))
        .extract({ left: 0, top: 0, width: info.width, height: info.height }).raw()
        .toBuffer({ resolveWithObject: true })
      shown = shown.composite([{ input: layer.data, raw: plain(layer.info) }])
    }
    const made = await shown.removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const files = [sharp(made.data, { raw: plain(made.info) }).jpeg({ quality: 82 })
      .toFile(join(folder, `r${side}.jpg`))]
    if (webp) {
      files.push(sharp(made.data, { raw: plain(made.info) }).webp({ quality: 80, effort: 2 })
        .toFile(join(folder, `r${side}.webp`)))
    }
    for (const file of files) await file
  }
}

const plain = ({ width, height, channels }) => ({ width, height, channels })
const raw = (image, side) => image.resize(side, side, { fit: 'inside', withoutEnlargement: true })
  .removeAlpha().raw().toBuffer({ resolveWithObject: true })

for await (const line of createInterface({ input: process.stdin })) {
  try {
    await make(JSON.parse(line))
    console.log('done')
  } catch (error) {
    console.log(String(error).replaceAll('\n', ' '))
  }
}
